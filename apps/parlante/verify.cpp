// parlante verify: what files say of how they were made.
#include "mark/verify.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "command.hpp"
#include "mark/certificates.hpp"
#include "mark/consent.hpp"
#include "mark/manifest.hpp"
#include "mark/private_file.hpp"
#include "mark/signing_keys.hpp"
#include "mark_settings.hpp"

namespace parlante::app {
namespace {

constexpr int kNotMarked = 10, kFailed = 1;

struct VerifyRequest {
  std::vector<std::string> files;
  VerifySettings verify;
};

/// "0.1" of release 1.
std::string release_text(const MarkPayload& payload) {
  return std::to_string(payload.release / 10) + "." + std::to_string(payload.release % 10);
}

nlohmann::json manifest_json(const VerifyReport& report) {
  const ManifestReport& m = report.manifest;
  nlohmann::json json = {{"state", name(m.state)}};
  if (m.state == ManifestState::none) return json;
  json["fits_file"] = report.binding == Binding::intact   ? nlohmann::json(true)
                      : report.binding == Binding::broken ? nlohmann::json(false)
                                                          : nlohmann::json();
  json.update({{"signer", m.signer},
               {"issuer", m.issuer},
               {"program", m.program},
               {"version", m.version},
               {"made", m.made},
               {"time_stamped", m.time_stamped},
               {"says_ai", m.says_ai},
               {"inputs", m.inputs},
               {"manifests", m.manifests},
               {"problems", m.problems}});
  if (!m.consent.empty()) json["consent"] = m.consent;
  if (m.mark) json["render"] = payload_text(*m.mark);
  return json;
}

nlohmann::json report_json(const std::string& file, const VerifyReport& report) {
  const MarkFound& found = report.mark;
  nlohmann::json mark = {{"found", found.marked},
                         {"z", found.z()},
                         {"strongest_decoy", found.strongest_decoy},
                         {"frames", report.frames}};
  if (found.payload) {
    mark["release"] = release_text(*found.payload);
    mark["render"] = payload_text(*found.payload);
  }
  return {{"file", file},
          {"marked", report.marked()},
          {"verdict", report.verdict()},
          {"manifest", manifest_json(report)},
          {"mark", mark}};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

void print(const std::string& file, const VerifyReport& report) {
  const ManifestReport& m = report.manifest;
  std::printf("%s: %s\n", file.c_str(), report.verdict().c_str());
  if (m.state != ManifestState::none) {
    std::printf("  signed data  %s", std::string(name(m.state)).c_str());
    if (!m.program.empty()) std::printf(", by %s %s", m.program.c_str(), m.version.c_str());
    if (!m.made.empty())
      std::printf(", %s%s", m.made.c_str(), m.time_stamped ? " (confirmed by a time stamp)" : "");
    std::printf("\n");
    if (!m.signer.empty()) std::printf("  signer       %s (%s)\n", m.signer.c_str(), m.issuer.c_str());
    if (const auto consent = consent_named(m.consent))
      std::printf("  face         %s\n", std::string(sentence(*consent)).c_str());
    if (!m.inputs.empty()) std::printf("  made from    %s\n", joined(m.inputs).c_str());
    if (!m.problems.empty()) std::printf("  remarks      %s\n", joined(m.problems).c_str());
  }
  const MarkFound& found = report.mark;
  std::printf("  mark         %s", found.marked ? "found" : "not found");
  if (report.frames > 0)
    std::printf(": z %.1f, other keys at most %.1f, %d frame%s", found.z(), found.strongest_decoy,
                report.frames, report.frames == 1 ? "" : "s");
  if (found.payload)
    std::printf("; parlante %s, render %06x", release_text(*found.payload).c_str(), found.payload->render);
  std::printf("\n");
}

/// Of this installation, and those in the file the user names.
Result<std::string> trusted(const VerifySettings& settings) {
  std::string anchors;
  if (const auto folder = private_folder()) anchors = installation_authority(*folder);
  if (settings.trust.empty()) return anchors;
  const auto text = read_private_file(settings.trust, false);
  if (!text) return tl::unexpected(text.error());
  if (certificates_in(*text).empty())
    return fail(ErrorKind::failed, settings.trust + " holds no certificate in PEM form.");
  return anchors + *text;
}

Result<> verify(Context& context, const VerifyRequest& request) {
  const auto anchors = trusted(request.verify);
  if (!anchors) return tl::unexpected(anchors.error());
  nlohmann::json files = nlohmann::json::array();
  for (const std::string& file : request.files) {
    const auto report = verify_file(file, {*anchors, !request.verify.quick});
    if (!report) {
      context.exit = kFailed;
      context.sink.error(report.error());
      files.push_back({{"file", file}, {"error", report.error().message}});
      continue;
    }
    if (!report->marked() && context.exit == 0) context.exit = kNotMarked;
    files.push_back(report_json(file, *report));
    if (!context.common.json) print(file, *report);
  }
  context.result = {{"files", std::move(files)}};
  return {};
}

}  // namespace

void add_verify_command(CLI::App& app, Work& work) {
  CLI::App* command = app.add_subcommand(
      "verify", "Say what marks pictures and videos carry: signed data, and the mark in the picture.");
  command->footer(
      "Exit codes: 0 every file is marked as made by AI, 10 some are not, 1 some cannot be looked at.");
  auto request = std::make_shared<VerifyRequest>();
  command->add_option("files", request->files, "Pictures and videos, of any origin.")->required();
  add_options(*command, option_table(request->verify));
  command->callback(
      [&work, request] { work = [request](Context& context) { return verify(context, *request); }; });
}

}  // namespace parlante::app
