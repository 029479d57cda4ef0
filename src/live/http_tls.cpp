#include "live/http_connection.hpp"

namespace parlante {

void begin_https(Socket socket, asio::ssl::context& keys, std::string client, Connections& network) {
  const auto connection = std::make_shared<HttpConnection<TlsStream>>(
      TlsStream(PlainStream(std::move(socket)), keys), std::move(client), network);
  network.add(connection);
  connection->start();
}

}  // namespace parlante
