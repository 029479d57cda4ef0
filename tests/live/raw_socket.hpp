// A plain socket to a server of the tests, for what no client would say.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace parlante::testing {

namespace asio = boost::asio;
using SocketError = boost::system::error_code;

inline asio::ip::tcp::socket connected(asio::io_context& context, int port) {
  asio::ip::tcp::socket socket(context);
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)});
  return socket;
}

}  // namespace parlante::testing
