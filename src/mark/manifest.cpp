#include "mark/manifest.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "mark/ai_label.hpp"
#include "mark/box_reader.hpp"
#include "mark/file_hash.hpp"
#include "mark/media_type.hpp"
#include "mark/xmp.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

std::string iso_time(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

C2paIngredient c2pa_ingredient(const UsedFile& used) {
  const std::string format = used.file.empty() ? std::string() : media_type_of_file(used.file);
  Json description = {{"title", used.role}, {"relationship", "inputTo"}, {"label", used.role}};
  if (!format.empty()) description["format"] = format;
  return {used.file, c2pa_can_sign(format) ? format : std::string(), description.dump(), used.manifests};
}

Json production(const ManifestFacts& facts) {
  Json inputs = Json::array();
  for (const UsedFile& used : facts.used) {
    Json one = {{"role", used.role}};
    if (!used.sha256.empty()) one["sha256"] = used.sha256;
    inputs.push_back(std::move(one));
  }
  return {{"render", payload_text(facts.mark)},
          {"consent", {{"category", name(facts.consent)}, {"meaning", sentence(facts.consent)}}},
          {"inputs", std::move(inputs)}};
}

/// Removes a file unless it was moved away.
struct TemporaryFile {
  std::filesystem::path name;
  ~TemporaryFile() { ::unlink(name.c_str()); }
};

}  // namespace

std::string payload_text(const MarkPayload& payload) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02x%06x", payload.release & 63u, payload.render & 0xffffffu);
  return text.data();
}

Result<UsedFile> used_file(std::string role, const std::filesystem::path& file) {
  auto sum = file_sha256(file);
  if (!sum) return pass_on(std::move(sum));
  return UsedFile{std::move(role), file, std::move(*sum), {}};
}

std::vector<std::uint8_t> kept_manifests(const UsedFile& used) {
  const auto source = used.file.empty() ? nullptr : FileSource::open(used.file);
  const auto boxes = source ? find_credentials(*source) : Result<CredentialBoxes>(CredentialBoxes{});
  if (!boxes || !boxes->found) return {};
  auto kept = c2pa_keep_ingredient(c2pa_ingredient(used));
  return kept ? std::move(*kept) : std::vector<std::uint8_t>();
}

std::string manifest_definition(const ManifestFacts& facts) {
  const Json agent = {{"name", kProductName}, {"version", facts.version}};
  Json roles = Json::array();
  for (const UsedFile& used : facts.used) roles.push_back(used.role);
  const std::string when = iso_time(facts.made);
  const Json actions = {{{"action", "c2pa.created"},
                         {"when", when},
                         {"digitalSourceType", kMadeWithAi},
                         {"softwareAgent", agent},
                         {"description", "A face and a clip of speech became this, by AI."},
                         {"parameters", {{"ingredientIds", roles}}}},
                        {{"action", "c2pa.watermarked.bound"}, {"when", when}, {"softwareAgent", agent}}};
  const Json soft_binding = {{"alg", kMarkAlgorithm},
                             {"blocks", {{{"scope", Json::object()}, {"value", payload_text(facts.mark)}}}}};
  return Json({{"claim_generator_info", {agent}},
               {"title", "A speaking face, made with parlante"},
               {"assertions",
                {{{"label", "c2pa.actions.v2"}, {"data", {{"actions", actions}}}},
                 {{"label", "c2pa.soft-binding"}, {"data", soft_binding}},
                 {{"label", kProductionLabel}, {"data", production(facts)}}}}})
      .dump();
}

Result<> sign_file(const std::filesystem::path& file, const ManifestFacts& facts, const C2paSigner& signer) {
  const std::string type = media_type_of_file(file);
  if (!c2pa_can_sign(type))
    return fail(ErrorKind::failed, "This form of file cannot carry a signed manifest.");
  std::vector<C2paIngredient> ingredients;
  for (const UsedFile& used : facts.used) ingredients.push_back(c2pa_ingredient(used));
  const TemporaryFile described{file.string() + ".described"}, signed_file{file.string() + ".signed"};
  if (auto done = copy_with_xmp(file, described.name, ai_xmp(kLabelWords), kLabelWords); !done) return done;
  if (auto done =
          c2pa_sign(manifest_definition(facts), ingredients, type, described.name, signed_file.name, signer);
      !done)
    return done;
  const auto source = FileSource::open(signed_file.name);
  const auto found = source ? find_credentials(*source) : Result<CredentialBoxes>(CredentialBoxes{});
  if (!found) return tl::unexpected(found.error());
  if (!found->found || !found->readable || found->binding == Binding::broken)
    return fail(ErrorKind::failed, "The file was signed, but what was written does not fit its signature.");
  std::error_code error;
  std::filesystem::permissions(signed_file.name, std::filesystem::status(file, error).permissions(), error);
  std::filesystem::rename(signed_file.name, file, error);
  if (error) return fail(ErrorKind::failed, "The signed file cannot be written: " + error.message() + ".");
  return {};
}

bool can_be_signed(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".mp4" || ending == ".mov" || ending == ".m4v" || ending == ".png";
}

}  // namespace parlante
