#include "face_log.hpp"

#include <algorithm>

namespace parlante::app {
namespace {

constexpr std::size_t kMostSamples = 3000;  // 18 MB

/// Plain numbers, so that a record can be written as it lies in memory and read by the same process.
struct Record {
  double seconds = 0;
  std::uint8_t has_face = 0;
  std::array<float, 6> face{};  ///< score, presence, box
  std::array<std::array<float, 3>, kLandmarks> landmarks{};
  std::array<float, kBlendshapes> scores{};
};

Record record_of(const LoggedFace& seen) {
  Record record;
  record.seconds = seen.seconds;
  if (!seen.face) return record;
  const Face& face = *seen.face;
  record.has_face = 1;
  record.face = {face.score, face.presence, face.x0, face.y0, face.x1, face.y1};
  for (std::size_t n = 0; n < kLandmarks; ++n)
    record.landmarks[n] = {face.landmarks[n].x(), face.landmarks[n].y(), face.landmarks[n].z()};
  record.scores = face.scores;
  return record;
}

Face face_of(const Record& record) {
  Face face;
  face.score = record.face[0], face.presence = record.face[1];
  face.x0 = record.face[2], face.y0 = record.face[3], face.x1 = record.face[4], face.y1 = record.face[5];
  for (std::size_t n = 0; n < kLandmarks; ++n)
    face.landmarks[n] = {record.landmarks[n][0], record.landmarks[n][1], record.landmarks[n][2]};
  std::copy(record.scores.begin(), record.scores.end(), face.scores.begin());
  return face;
}

}  // namespace

TrackedFrame tracked_frame(const Face& face, float picture_size, double seconds) {
  TrackedFrame frame;
  frame.landmarks = face.landmarks;
  frame.scores = face.scores;
  frame.picture_size = picture_size;
  frame.seconds = seconds;
  return frame;
}

Result<FaceLog> FaceLog::open() {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return fail(ErrorKind::failed, "No temporary file can be made for the tracked faces.");
  return FaceLog(file);
}

Result<> FaceLog::write(const LoggedFace& seen, float picture_size) {
  const Record record = record_of(seen);
  if (std::fwrite(&record, sizeof record, 1, file_.get()) != 1)
    return fail(ErrorKind::failed,
                "The temporary file for the tracked faces cannot be written; is the disk full?");
  ++frames_;
  if (!seen.face) return {};
  if (faces_++ % stride_ == 0) sample_.push_back(tracked_frame(*seen.face, picture_size, seen.seconds));
  if (sample_.size() >= kMostSamples) {
    for (std::size_t i = 0; 2 * i < sample_.size(); ++i) sample_[i] = sample_[2 * i];
    sample_.resize((sample_.size() + 1) / 2);
    stride_ *= 2;
  }
  return {};
}

void FaceLog::rewind() noexcept {
  std::rewind(file_.get());
  read_ = 0;
}

Result<bool> FaceLog::read(LoggedFace& seen) {
  if (read_ == frames_) return false;
  Record record;
  if (std::fread(&record, sizeof record, 1, file_.get()) != 1)
    return fail(ErrorKind::failed, "The temporary file of the tracked faces cannot be read back.");
  ++read_;
  seen.seconds = record.seconds;
  if (record.has_face)
    seen.face = face_of(record);
  else
    seen.face.reset();
  return true;
}

}  // namespace parlante::app
