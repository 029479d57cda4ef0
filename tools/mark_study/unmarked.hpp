// How high films and pictures without a mark score: whether anything real is taken for ours.
#pragma once

#include <string>
#include <vector>

namespace parlante::mark_study {

/// Looks at each film's every twelfth frame (40 at most), each alone, and at each picture, as thoroughly as
/// the reader can. A line a frame is appended to the file `kept` at once, and frames that stand there are not
/// looked at again: a study that was ended goes on where it was. Prints the table. Exit code.
int unmarked(const std::string& kept, const std::vector<std::string>& files);

}  // namespace parlante::mark_study
