// What is uploaded becomes avatars, films and verdicts, in processes of their own.
#include <charconv>
#include <nlohmann/json.hpp>

#include "avatar/avatar_file.hpp"
#include "live/multipart.hpp"
#include "live/server_state.hpp"
#include "mark/consent.hpp"

namespace parlante {
namespace {

using Json = nlohmann::json;

/// A file in the private folder for as long as it is needed.
class ShortFile {
 public:
  explicit ShortFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~ShortFile() { remove_files(path_); }
  ShortFile(const ShortFile&) = delete;
  ShortFile& operator=(const ShortFile&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

HttpResponse unfit(std::string_view code, std::string_view message) {
  return error_response(422, code, message);
}

std::string_view value(const std::vector<FormPart>& form, std::string_view name) {
  const FormPart* part = find_part(form, name);
  return part ? part->content : std::string_view();
}

HttpResponse no_consent() {
  return unfit(
      "no_consent",
      "Say whose face it is: send the field \"consent\" with self (your own), permitted (of a person "
      "who agreed), synthetic (of nobody) or historic (of a person of the past).");
}

}  // namespace

std::string LiveServer::State::without_paths(std::string sentence) const {
  for (const std::string& folder : {uploads.path().string() + "/", options.models.string() + "/"})
    for (std::size_t at = 0; (at = sentence.find(folder)) != std::string::npos;)
      sentence.erase(at, folder.size());
  return sentence;
}

HttpResponse LiveServer::State::refusal_of(const Error& error) const {
  const std::string sentence = without_paths(error.message);
  switch (error.kind) {
    case ErrorKind::no_face:
      return unfit("no_face", sentence);
    case ErrorKind::bad_picture:
      return unfit("bad_photo", sentence);
    case ErrorKind::bad_audio:
      return unfit("bad_audio", sentence);
    case ErrorKind::usage:
      return unfit("bad_request", sentence);
    case ErrorKind::cancelled:
      return error_response(503, "draining", "The server is about to end.");
    default:
      return error_response(500, "failed", sentence);
  }
}

Result<std::shared_ptr<const ShelvedAvatar>> LiveServer::State::shelve(const std::filesystem::path& photo,
                                                                       const std::string& id,
                                                                       const std::string& consent, int face) {
  const std::filesystem::path file = uploads.path() / (id + ".avatar");
  auto done = command.run({"avatar", photo.string(), "--output=" + file.string(), "--consent=" + consent,
                           "--face=" + std::to_string(face)},
                          stop);
  if (!done) return pass_on(std::move(done));
  auto avatar = load_avatar(file);
  if (!avatar) return pass_on(std::move(avatar));
  auto shelved =
      std::make_shared<ShelvedAvatar>(id, std::make_shared<const Avatar>(std::move(*avatar)), file, consent);
  shelved->notes = std::move(done->notes);
  if (!avatars.add(shelved)) return fail(ErrorKind::failed, "There is no room for another avatar.");
  return shelved;
}

HttpResponse LiveServer::State::make_avatar(const HttpRequest& request) {
  const auto form = parse_form(request.header("content-type"), request.body);
  if (!form) return error_response(400, "bad_request", form.error().message);
  const std::string_view photo = value(*form, "photo"), number = value(*form, "face");
  if (photo.empty()) return unfit("no_photo", "Send a photo in the field \"photo\".");
  const auto consent = consent_named(value(*form, "consent"));
  if (!consent) return no_consent();
  int face = 0;
  if (!number.empty() &&
      std::from_chars(number.data(), number.data() + number.size(), face).ec != std::errc())
    return unfit("bad_request", "\"face\" must be a number.");
  if (avatars.full())
    return error_response(503, "busy", "There is no room for another avatar: try again later.");
  const std::string id = random_id();
  const ShortFile file(uploads.path() / (id + ".photo"));
  if (const auto written = write_upload(file.path(), photo); !written) return refusal_of(written.error());
  const auto shelved = shelve(file.path(), id, std::string(name(*consent)), face);
  if (!shelved) return refusal_of(shelved.error());
  HttpResponse response{201, "application/json",
                        Json{{"id", id}, {"notes", (*shelved)->notes}}.dump() + "\n"};
  response.headers.emplace_back("Location", "/v1/avatars/" + id);
  return response;
}

HttpResponse LiveServer::State::make_job(const HttpRequest& request) {
  const auto form = parse_form(request.header("content-type"), request.body);
  if (!form) return error_response(400, "bad_request", form.error().message);
  JobRequest job;
  job.sound = value(*form, "audio");
  job.photo = value(*form, "photo");
  if (job.sound.empty()) return unfit("no_audio", "Send speech in the field \"audio\".");
  if (const std::string id(value(*form, "avatar")); !id.empty()) {
    job.avatar = avatars.find(id);
    if (!job.avatar) return unfit("no_avatar", "There is no avatar of that id.");
    job.consent = job.avatar->consent;
  } else if (!job.photo.empty()) {
    const auto consent = consent_named(value(*form, "consent"));
    if (!consent) return no_consent();
    job.consent = name(*consent);
  } else {
    return unfit("no_photo", "Send the id of an avatar in the field \"avatar\", or a photo in \"photo\".");
  }
  if (const std::string_view wanted = value(*form, "options"); !wanted.empty()) {
    auto parsed = parse_job_options(wanted);
    if (!parsed) return unfit("bad_request", parsed.error().message);
    job.options = std::move(*parsed);
  }
  const auto id = jobs.add(job);
  if (!id) return refusal_of(id.error());
  if (!*id) return error_response(503, "busy", "Too many jobs wait: try again later.");
  HttpResponse response{202, "application/json", Json{{"id", **id}}.dump() + "\n"};
  response.headers.emplace_back("Location", "/v1/jobs/" + **id);
  return response;
}

HttpResponse LiveServer::State::speak_text(const HttpRequest& request) {
  if (!voice.there()) return error_response(501, "no_voice", "This server has no voice for typed text.");
  const auto spoken = parse_spoken_text(request.body);
  if (!spoken) return refusal_of(spoken.error());
  auto wav = voice.speak(*spoken, stop);
  if (!wav) return refusal_of(wav.error());
  HttpResponse response{200, "audio/wav", std::move(*wav)};
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

HttpResponse LiveServer::State::verify(const HttpRequest& request) {
  const auto form = parse_form(request.header("content-type"), request.body);
  if (!form) return error_response(400, "bad_request", form.error().message);
  const std::string_view content = value(*form, "file");
  if (content.empty()) return unfit("no_file", "Send a picture or video in the field \"file\".");
  const ShortFile file(uploads.path() / (random_id() + ".verify"));
  if (const auto written = write_upload(file.path(), content); !written) return refusal_of(written.error());
  const auto done = command.run({"verify", file.path().string()}, stop);
  if (!done)
    return done.error().kind == ErrorKind::failed ? unfit("bad_file", without_paths(done.error().message))
                                                  : refusal_of(done.error());
  const Json json = Json::parse(done->out, nullptr, false);
  if (!json.is_object() || !json.contains("files") || json["files"].empty())
    return error_response(500, "failed", "The file cannot be looked at.");
  Json report = json["files"][0];
  report["file"] = "upload";
  if (report.contains("error")) return unfit("bad_file", without_paths(report.value("error", "")));
  if (report.contains("manifest"))
    if (const auto consent = consent_named(report["manifest"].value("consent", "")))
      report["manifest"]["consent_text"] = sentence(*consent);
  return {200, "application/json",
          without_paths(report.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n"};
}

}  // namespace parlante
