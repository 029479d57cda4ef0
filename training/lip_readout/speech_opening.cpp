// speech_opening MODEL FOLDER FILE...: how the product's motion opens the lips to sound files, 25 frames a
// second. FOLDER/<stem>.opening holds one float32 a frame: FaceCode::aperture.
#include <vector>

#include "hear_file.hpp"
#include "motion/motion.hpp"

int main(int count, char** arguments) {
  using namespace parlante;
  return training::convert_files(
      count, arguments, ".opening",
      [](const PhoneticModel& model, const std::string& sound, const std::filesystem::path& output) {
        const auto motion = make_rule_motion({});
        const auto heard =
            training::hear_file(model, sound, [&](const PhoneticFrame& frame) { motion->push(frame); });
        if (!heard) return heard;
        motion->end();
        std::vector<float> openings;
        for (FaceCode code; motion->pull(code);) openings.push_back(code.aperture);
        return training::write_floats(output, openings);
      });
}
