#include "hear_file.hpp"

#include <fstream>
#include <iostream>
#include <span>
#include <vector>

#include "media/audio_reader.hpp"

namespace parlante::training {

Result<> hear_file(const PhoneticModel& model, const std::string& sound,
                   const std::function<void(const PhoneticFrame&)>& take) {
  auto reader = AudioReader::open(sound, kSampleRate, 1);
  if (!reader) return tl::unexpected(reader.error());
  PhoneticFrontEnd front_end(model, {});
  std::vector<float> piece(kSampleRate);
  for (;;) {
    const auto count = reader->read(piece);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    front_end.push(std::span(piece).first(*count));
  }
  front_end.end();
  PhoneticFrame frame;
  while (front_end.pull(frame)) take(frame);
  return {};
}

Result<> write_floats(const std::filesystem::path& file, const std::vector<float>& values) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  if (!out.flush()) return fail(ErrorKind::failed, "Cannot write " + file.string() + ".");
  return {};
}

int convert_files(int count, char** arguments, const std::string& ending,
                  const std::function<Result<>(const PhoneticModel& model, const std::string& sound,
                                               const std::filesystem::path& output)>& convert) {
  if (count < 4) {
    std::cerr << "Usage: " << std::filesystem::path(arguments[0]).filename().string()
              << " MODEL FOLDER FILE...\n";
    return 2;
  }
  const auto model = PhoneticModel::load(arguments[1]);
  if (!model) {
    std::cerr << model.error().message << '\n';
    return 3;
  }
  for (int i = 3; i < count; ++i) {
    const std::string sound = arguments[i];
    const auto output =
        std::filesystem::path(arguments[2]) / (std::filesystem::path(sound).stem().string() + ending);
    if (const auto done = convert(*model, sound, output); !done) {
      std::cerr << sound << ": " << done.error().message << '\n';
      return 1;
    }
  }
  return 0;
}

}  // namespace parlante::training
