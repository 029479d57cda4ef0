#include "interrupt.hpp"

#include <csignal>

namespace parlante::app {
namespace {

volatile std::sig_atomic_t flag = 0;

void on_signal(int signal) {
  if (flag) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  flag = 1;
}

}  // namespace

void watch_for_interrupt() noexcept {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write
}

bool interrupted() noexcept {
  return flag != 0;
}

}  // namespace parlante::app
