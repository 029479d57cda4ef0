#include "live/web_socket.hpp"

namespace parlante {

void open_web_socket(PlainStream stream, const UpgradeRequest& request, HttpRequest plain,
                     Connections& network) {
  open_web_socket_over(std::move(stream), request, std::move(plain), network);
}

}  // namespace parlante
