// speech_features MODEL FOLDER FILE...: what the product's own front end hears in sound files.
// FOLDER/<stem>.features holds 145 float32 a frame of 20 ms: layer 2 (144), then the voice's activity.
#include <vector>

#include "hear_file.hpp"

int main(int count, char** arguments) {
  using namespace parlante;
  return training::convert_files(
      count, arguments, ".features",
      [](const PhoneticModel& model, const std::string& sound, const std::filesystem::path& output) {
        std::vector<float> rows;
        const auto heard = training::hear_file(model, sound, [&](const PhoneticFrame& frame) {
          rows.insert(rows.end(), frame.layer2.begin(), frame.layer2.end());
          rows.push_back(frame.voice);
        });
        return heard ? training::write_floats(output, rows) : heard;
      });
}
