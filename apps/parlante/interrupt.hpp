// Ctrl-C asks the command to stop; loops look here between frames, so that nothing is left half-written.
#pragma once

namespace parlante::app {

/// From now on SIGINT and SIGTERM only set the flag (a second one ends the program at once).
void watch_for_interrupt() noexcept;
bool interrupted() noexcept;

}  // namespace parlante::app
