// speech_codes MODELS rules|offline|live FOLDER FILE...: the face codes that the product makes of sound
// files, 25 a second, as JSON lines in FOLDER/<stem>.jsonl; nothing is drawn.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "media/audio_reader.hpp"
#include "motion/face_code_json.hpp"
#include "motion/learned_face.hpp"
#include "motion/motion.hpp"
#include "motion/rule_mouth.hpp"
#include "stream/model.hpp"

namespace {

using namespace parlante;

std::unique_ptr<SpeechFace> speech_face(const Model& model, const std::string& way) {
  if (way == "rules" || !model.motion) return make_rule_mouth();
  return make_learned_face(*model.motion,
                           way == "live" ? LearnedFaceOptions::live(1) : LearnedFaceOptions::offline(1));
}

Result<> convert(const Model& model, const std::string& way, const std::string& sound, std::ostream& out) {
  auto reader = AudioReader::open(sound, kSampleRate, 1);
  if (!reader) return tl::unexpected(reader.error());
  PhoneticFrontEnd front_end(*model.speech,
                             way == "live" ? PhoneticFrontEnd::live() : PhoneticFrontEnd::Options{});
  MotionOptions options;
  options.learned = {.brows = true, .blinks = true, .head = true, .gaze = true};
  const auto motion = make_motion(speech_face(model, way), options);
  PhoneticFrame frame;
  FaceCode code;
  const auto move = [&] {
    while (front_end.pull(frame)) {
      motion->push(frame);
      motion->foresee(front_end.foreseen());
    }
    while (motion->pull(code)) out << face_code_line(code) << '\n';
  };
  for (std::vector<float> piece(kSampleRate / 25);;) {
    const auto count = reader->read(piece);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    front_end.push(std::span(piece).first(*count));
    move();
  }
  front_end.end();
  move();
  motion->end();
  move();
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 5) {
    std::cerr << "Usage: speech_codes MODELS rules|offline|live FOLDER FILE...\n";
    return 2;
  }
  const std::string way = arguments[2];
  const auto model = load_model(arguments[1], {.face = false, .head = false, .live = way == "live"});
  if (!model) {
    std::cerr << model.error().message << '\n';
    return 3;
  }
  for (int i = 4; i < count; ++i) {
    const std::filesystem::path sound = arguments[i];
    std::ofstream out(std::filesystem::path(arguments[3]) / (sound.stem().string() + ".jsonl"));
    const auto done = convert(**model, way, sound.string(), out);
    if (!done || !out.flush()) {
      std::cerr << sound.string() << ": " << (done ? "cannot write" : done.error().message) << '\n';
      return 1;
    }
  }
  return 0;
}
