// Sound files through the product's own front end, for the programs of this folder.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/result.hpp"
#include "speech/phonetic_front_end.hpp"

namespace parlante::training {

/// Calls `take` with every frame of 20 ms. Errors: bad_audio.
Result<> hear_file(const PhoneticModel& model, const std::string& sound,
                   const std::function<void(const PhoneticFrame&)>& take);

/// Writes a file of float32.
Result<> write_floats(const std::filesystem::path& file, const std::vector<float>& values);

/// The whole of a program that is called `NAME MODEL FOLDER FILE...`: calls `convert` for each file with the
/// output FOLDER/<stem><ending>. Returns the exit code.
int convert_files(int count, char** arguments, const std::string& ending,
                  const std::function<Result<>(const PhoneticModel& model, const std::string& sound,
                                               const std::filesystem::path& output)>& convert);

}  // namespace parlante::training
