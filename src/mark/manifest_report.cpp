#include "mark/manifest_report.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "mark/manifest.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kLongestText = 200, kMostProblems = 32, kMostInputs = 32;

/// For a terminal: no control characters, no end in the midst of a letter.
std::string plain(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
  if (text.size() > kLongestText) {
    text.resize(kLongestText);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0x80) text.pop_back();
  }
  return text;
}

const Json& member(const Json& of, const char* name) {
  static const Json nothing;
  if (!of.is_object()) return nothing;
  const auto found = of.find(name);
  return found == of.end() ? nothing : *found;
}
std::string text(const Json& of, const char* name) {
  const Json& value = member(of, name);
  return value.is_string() ? plain(value.get<std::string>()) : std::string();
}
const Json& first(const Json& list) {
  static const Json nothing;
  return list.is_array() && !list.empty() ? list.front() : nothing;
}

const Json& assertion(const Json& manifest, std::string_view label) {
  static const Json nothing;
  for (const Json& one : member(manifest, "assertions"))
    if (text(one, "label").rfind(label, 0) == 0) return member(one, "data");
  return nothing;
}

bool means_ai(const std::string& source_type) {
  return source_type.find("rainedAlgorithmicMedia") != std::string::npos;  // alone, or composed with
}

void read_actions(const Json& actions, ManifestReport& report) {
  for (const Json& action : actions) {
    report.says_ai = report.says_ai || means_ai(text(action, "digitalSourceType"));
    if (text(action, "action") == "c2pa.created" && report.made.empty())
      report.made = text(action, "when").substr(0, 10);
  }
}

std::optional<MarkPayload> payload_in(const Json& soft_binding) {
  if (text(soft_binding, "alg") != kMarkAlgorithm) return std::nullopt;
  const std::string value = text(first(member(soft_binding, "blocks")), "value");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number, 16);
  if (value.size() != 8 || error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return MarkPayload{static_cast<std::uint8_t>(number >> 24), number & 0xffffff};
}

ManifestState state_of(const Json& store) {
  const std::string state = text(store, "validation_state");
  return state == "Trusted" ? ManifestState::trusted
         : state == "Valid" ? ManifestState::intact
                            : ManifestState::changed;
}

}  // namespace

std::string_view name(ManifestState state) noexcept {
  switch (state) {
    case ManifestState::none:
      return "none";
    case ManifestState::damaged:
      return "damaged";
    case ManifestState::changed:
      return "changed";
    case ManifestState::intact:
      return "intact";
    case ManifestState::trusted:
      return "trusted";
  }
  return "";
}

ManifestReport read_manifest_report(const std::string& json) {
  ManifestReport report;
  const Json store = Json::parse(json, nullptr, false);
  const Json& manifests = member(store, "manifests");
  const Json& active = member(store, "active_manifest");
  const Json& manifest =
      active.is_string() ? member(manifests, active.get_ref<const std::string&>().c_str()) : Json();
  if (!manifest.is_object()) {
    report.state = ManifestState::damaged;
    return report;
  }
  report.state = state_of(store);
  report.manifests = static_cast<int>(manifests.size());
  const Json& maker = first(member(manifest, "claim_generator_info"));
  report.program = text(maker, "name");
  report.version = text(maker, "version");
  const Json& signature = member(manifest, "signature_info");
  report.signer = text(signature, "common_name");
  report.issuer = text(signature, "issuer");
  const Json& checks = member(member(store, "validation_results"), "activeManifest");
  for (const Json& one : member(checks, "success"))
    report.time_stamped = report.time_stamped || text(one, "code") == "timeStamp.trusted";
  if (report.time_stamped) report.made = text(signature, "time").substr(0, 10);
  read_actions(member(assertion(manifest, "c2pa.actions"), "actions"), report);
  report.mark = payload_in(assertion(manifest, "c2pa.soft-binding"));
  report.consent = text(member(assertion(manifest, kProductionLabel), "consent"), "category");
  for (const Json& one : member(manifest, "ingredients"))
    if (report.inputs.size() < kMostInputs) report.inputs.push_back(text(one, "title"));
  for (const Json& one : member(checks, "failure"))
    if (report.problems.size() < kMostProblems) report.problems.push_back(text(one, "code"));
  return report;
}

}  // namespace parlante
