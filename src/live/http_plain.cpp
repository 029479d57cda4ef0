#include "live/http_connection.hpp"

namespace parlante {

void begin_http(Socket socket, std::string client, Connections& network) {
  const auto connection = std::make_shared<HttpConnection<PlainStream>>(PlainStream(std::move(socket)),
                                                                        std::move(client), network);
  network.add(connection);
  connection->start();
}

}  // namespace parlante
