#include "mark/verify.hpp"

#include <algorithm>

#include "mark/c2pa_library.hpp"
#include "mark/manifest.hpp"
#include "mark/media_type.hpp"
#include "media/picture.hpp"
#include "media/video_reader.hpp"

namespace parlante {
namespace {

constexpr int kSpread = 12;        // places in a video that are looked at
constexpr int kFewestFrames = 10;  // else some from the beginning, one after the other

/// Frames from all over the video; those that decode by themselves, as they are found fast.
int add_frames(VideoReader& video, MarkReader& mark) {
  ImageU8 frame;
  int frames = 0;
  double last = -1;
  const double length = video.claimed_seconds();
  for (int n = 0; n < kSpread && length > 0; ++n) {
    if (!video.seek(length * (n + .5) / kSpread)) break;
    const auto got = video.next(frame);
    if (!got || !*got) continue;
    if (video.seconds() <= last) continue;  // the same again
    last = video.seconds();
    mark.add(frame);
    ++frames;
  }
  if (frames >= kFewestFrames) return frames;
  const bool again = frames == 0 || video.seek(0);
  for (bool skip = frames > 0; again && frames < kFewestFrames; skip = false) {
    const auto got = video.next(frame);
    if (!got || !*got) break;
    if (skip) continue;  // the first was there
    mark.add(frame);
    ++frames;
  }
  return frames;
}

/// Errors: bad_picture.
Result<> look_for_mark(const std::filesystem::path& file, bool thorough, VerifyReport& report) {
  MarkReader mark;
  const bool picture = report.type.rfind("image/", 0) == 0;
  if (const auto read = picture ? read_picture(file.string()) : Result<ImageU8>(ImageU8()); picture && read) {
    mark.add(*read);
    report.frames = 1;
  } else {
    auto video = VideoReader::open(file.string());
    if (!video) return picture ? Result<>(tl::unexpected(read.error())) : pass_on(std::move(video));
    report.frames = add_frames(*video, mark);
    if (report.frames == 0)
      return fail(ErrorKind::bad_picture, file.string() + " holds no picture that can be decoded.");
  }
  report.mark = mark.find(MarkEffort::as_made);
  if (!report.mark.marked && thorough) report.mark = mark.find(MarkEffort::thorough);
  return {};
}

void read_manifest(const std::filesystem::path& file, const VerifyOptions& options, VerifyReport& report) {
  const auto source = FileSource::open(file);
  const auto boxes = source ? find_credentials(*source) : Result<CredentialBoxes>(CredentialBoxes{});
  if (boxes) report.binding = boxes->binding;
  if (!c2pa_can_sign(report.type)) return;
  const auto json = c2pa_read(file, report.type, options.anchors);
  if (json && *json) report.manifest = read_manifest_report(**json);
  if (report.manifest.state == ManifestState::none && boxes && boxes->found)
    report.manifest.state = ManifestState::damaged;
  // Two readers must agree that it fits.
  const bool fits =
      report.manifest.state == ManifestState::intact || report.manifest.state == ManifestState::trusted;
  if (fits && (!boxes || report.binding == Binding::broken)) report.manifest.state = ManifestState::changed;
}

std::string maker(const ManifestReport& manifest) {
  std::string text = manifest.program.empty() ? "an unnamed program" : manifest.program;
  if (!manifest.version.empty()) text += " " + manifest.version;
  return text;
}

std::string with_date(const ManifestReport& manifest) {
  return manifest.made.empty() ? std::string() : " on " + manifest.made;
}

std::string signer(const ManifestReport& manifest) {
  return manifest.signer.empty() ? "nobody named" : "\"" + manifest.signer + "\"";
}

/// What is said when the manifest fits the file.
std::string verdict_on_intact(const VerifyReport& report) {
  const ManifestReport& m = report.manifest;
  const std::string who = m.state == ManifestState::trusted
                              ? "signed by " + signer(m) + ", who is trusted here"
                              : "signed by " + signer(m) + ", who is not known here";
  if (!m.ours() && !m.says_ai && report.mark.marked)
    return "Marked as made by AI with parlante; the signed data of " + maker(m) + " does not say so (" + who +
           ").";
  if (!m.ours() && !m.says_ai)
    return "Signed data of " + maker(m) + with_date(m) + " that says nothing of AI, and no mark (" + who +
           ").";
  const std::string made =
      std::string(m.ours() ? "Made by AI with " : "Made by AI, says its signed data, with ") + maker(m) +
      with_date(m) + "; " + who + ", and unchanged since";
  if (!m.ours()) return made + ".";
  if (!report.mark.marked) return made + ", though the mark in the picture was not found.";
  const bool other = m.mark && report.mark.payload && !(*m.mark == *report.mark.payload);
  return made + (other ? ", but the mark in the picture is of another render: one of them was put on later."
                       : "; the mark in the picture agrees.");
}

}  // namespace

bool VerifyReport::marked() const noexcept {
  const bool fits = manifest.state == ManifestState::intact || manifest.state == ManifestState::trusted;
  return mark.marked || (fits && (manifest.says_ai || manifest.ours()));
}

std::string VerifyReport::verdict() const {
  switch (manifest.state) {
    case ManifestState::intact:
    case ManifestState::trusted:
      return verdict_on_intact(*this);
    case ManifestState::changed:
    case ManifestState::damaged: {
      const std::string what =
          manifest.state == ManifestState::changed
              ? "its signed data does not fit the file: it was changed after it was signed."
              : "its signed data is damaged.";
      return mark.marked ? "Marked as made by AI with parlante; " + what : "No mark found, and " + what;
    }
    case ManifestState::none:
      break;
  }
  if (mark.marked && !c2pa_can_sign(type))
    return "Marked as made by AI with parlante; files of this form carry no signed data.";
  if (mark.marked) return "Marked as made by AI with parlante, but its signed data was removed.";
  return "No marks found: this does not prove it is real.";
}

Result<VerifyReport> verify_file(const std::filesystem::path& file, const VerifyOptions& options) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    return fail(
        ErrorKind::failed,
        file.string() + (std::filesystem::exists(file, error) ? " is not a file." : " does not exist."));
  VerifyReport report;
  report.type = media_type_of_file(file);
  read_manifest(file, options, report);
  const auto looked = look_for_mark(file, options.thorough, report);
  if (!looked && report.manifest.state == ManifestState::none) return tl::unexpected(looked.error());
  return report;
}

}  // namespace parlante
