#include "avatar/make_avatar.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <string>

#include "avatar/eyes.hpp"
#include "avatar/face_choice.hpp"
#include "avatar/framing.hpp"
#include "avatar/glasses.hpp"
#include "avatar/layers.hpp"
#include "avatar/light.hpp"
#include "avatar/lips.hpp"
#include "avatar/matte.hpp"
#include "avatar/mouth.hpp"
#include "avatar/own_teeth.hpp"
#include "avatar/photo_noise.hpp"
#include "avatar/pixels.hpp"
#include "avatar/relief.hpp"
#include "avatar/sharpness.hpp"
#include "avatar/shoulders.hpp"
#include "avatar/surround.hpp"

namespace parlante {
namespace {

constexpr double kWidestFocal = .5, kNarrowestFocal = 6;  // over the side; narrower ones look the same
constexpr int kPadTop = 160;                              // at kWorkingSize

std::array<float, 3> rgb(const cv::Vec3f& c) {
  return {c[0], c[1], c[2]};
}

// The person's neutral with the residual; the mouth's interior moves with the upper lip as a whole.
std::vector<Vec3f> base_with_residual(const HeadFit& fit, const HeadModel& head) {
  std::vector<Vec3f> base = fit.base;
  for (std::size_t v = 0; v < base.size(); ++v) base[v] += fit.residual[v];
  Vec3f shift = Vec3f::Zero();
  const auto& lip = head.loop(HeadLoop::lip_upper_inner);
  for (std::int32_t v : lip)
    shift += fit.residual[static_cast<std::size_t>(v)] / static_cast<float>(lip.size());
  for (auto v = static_cast<std::size_t>(head.skin_end()); v < static_cast<std::size_t>(head.interior_end());
       ++v)
    base[v] = fit.base[v] + shift;
  return base;
}

// Says how long each part took, in order, through the sink of the thread that calls.
class Stopwatch {
 public:
  void lap(const char* part) {
    const auto now = std::chrono::steady_clock::now();
    text_ += std::string(text_.empty() ? "" : ", ") + part + " " +
             std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now - last_).count());
    last_ = now;
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::string text_;
};

void make_pictures(const PhotoGeometry& g, const cv::Mat& photo, const ImageF& person,
                   const PhotoNoise& noise, Avatar& out, Stopwatch& watch) {
  const cv::Mat matte = person_alpha(g, photo, person, noise);
  watch.lap("matte");
  const PhotoLayers layers = part_layers(g, photo, matte);
  out.plate = to_u8(layers.plate);
  out.pad_top = kPadTop;
  out.foreground = pad_crown(layers, kPadTop);
  take_noise_away(out.plate, noise);
  take_noise_away(out.foreground, noise);
  watch.lap("layers");
}

void make_surface(const PhotoGeometry& g, const cv::Mat& photo, const cv::Mat& closed, Avatar& out,
                  Stopwatch& watch) {
  LipTexture lips = lip_texture(g);
  out.texture = std::move(lips.texture);
  out.lip_slide = std::move(lips.slide);
  out.inner_lip = std::move(lips.inner_lip);
  out.mesh_weight = mesh_weight(g);
  watch.lap("lips");
  out.grid = relief_grid(g);
  watch.lap("grid");
  const FaceLight light = face_light(g, closed, out.mesh_weight);
  out.light = light.harmonics;
  out.skin_luma = light.skin_luma;
  watch.lap("light");
  cv::Vec3f sclera = cv::Vec3f::all(0);
  for (int eye = 0; eye < 2; ++eye) {
    MadeEye made = make_eye(g, closed, eye);
    out.eyes[static_cast<std::size_t>(eye)] = std::move(made.layer);
    sclera += made.sclera * .5f;
  }
  const Glasses glasses = find_glasses(closed, g.landmarks);
  out.glasses = glasses_weight(g.head, glasses);
  out.eyes_hidden = glasses.dark;
  watch.lap("eyes");
  LidSkin lids = lid_skin(g, closed, light, out.eyes);
  out.lid_weight = std::move(lids.weight);
  for (std::size_t eye = 0; eye < 2; ++eye) {
    out.lid_skin[eye] = std::move(lids.skin[eye]);
    out.eyes[eye].lash_colour = rgb(lids.lash_colour[eye]);
    out.eyes[eye].lash_amount = lids.lash_amount[eye];
  }
  watch.lap("lids");
  MouthColours mouth = mouth_colours(g, photo, closed, sclera, light);
  out.tooth = rgb(mouth.tooth), out.tongue = rgb(mouth.tongue), out.gum = rgb(mouth.gum);
  out.socket = rgb(mouth.socket), out.lip = rgb(mouth.lip);
  out.crown_light = take_own_teeth(g, photo, mouth.lip, out.base);
  watch.lap("mouth");
}

Avatar assemble(const cv::Mat& photo, const ImageF& person, const Landmarks& landmarks, const HeadFit& fit,
                const HeadModel& head, Sink& sink) {
  Stopwatch watch, other_watch;
  const PhotoGeometry g(head, fit, landmarks, photo.rows);
  Avatar out;
  out.size = photo.rows;
  out.camera = fit.camera;
  out.rotation = g.rotation;
  out.translation = g.translation;
  out.head_checksum = head.checksum;
  out.photo_expression = fit.expression;
  out.lips_closed = fit.lips_closed;
  out.base = base_with_residual(fit, head);
  const cv::Mat closed = close_mouth(g, photo);
  const PhotoNoise noise = photo_noise(photo);
  out.grain = noise.deviation, out.grain_sigma = noise.sigma_px;
  out.edge_blur = edge_blur_px(photo, landmarks);
  watch.lap("geometry");
  {
    // The pictures and the surface share nothing but what they read.
    auto other = std::async(std::launch::async, [&] { make_surface(g, photo, closed, out, other_watch); });
    make_pictures(g, closed, person, noise, out, watch);
    other.get();
  }
  hold_shoulders(out.foreground, out.pad_top, out.px_per_cm(), out.grid);
  sink.log(LogLevel::debug, "Preparation, ms: " + watch.text() + "; beside it: " + other_watch.text() + ".");
  return out;
}

}  // namespace

Avatar assemble_avatar(const ImageU8& picture, const ImageF& person, const Landmarks& landmarks,
                       const HeadFit& fit, const HeadModel& head, Sink& sink) {
  return assemble(to_float(picture), person, landmarks, fit, head, sink);
}

Result<Avatar> make_avatar(const ImageU8& photo, FaceTracker& tracker, const HeadModel& head,
                           const AvatarOptions& options, Sink& sink) {
  if (photo.empty() || photo.channels < 3) return fail(ErrorKind::bad_picture, "The picture is empty.");
  const auto faces = tracker.find(photo);
  auto face = choose_face(faces, photo.width, photo.height, options.face, sink);
  if (!face) return pass_on(std::move(face));
  return make_avatar(photo, *face, tracker, head, options, sink);
}

Result<Avatar> make_avatar(const ImageU8& photo, const Face& face, FaceTracker& tracker,
                           const HeadModel& head, const AvatarOptions& options, Sink& sink) {
  if (photo.empty() || photo.channels < 3) return fail(ErrorKind::bad_picture, "The picture is empty.");
  constexpr std::int64_t kSteps = 3;
  sink.progress("avatar", 0, kSteps);
  auto framed = frame_photo(photo, face, tracker);
  if (!framed) return pass_on(std::move(framed));
  sink.progress("avatar", 1, kSteps);
  HeadFitOptions fitting;
  fitting.focal_over_size =
      options.focal_px > 0 ? std::clamp(options.focal_px / framed->crop.width, kWidestFocal, kNarrowestFocal)
                           : options.focal_over_size;
  auto fit = fit_head(framed->face.landmarks, kWorkingSize, head, fitting);
  if (!fit) return pass_on(std::move(fit));
  if (auto turn = check_turn(*fit, sink); !turn) return pass_on(std::move(turn));
  check_likeness(*fit, sink);
  auto person = tracker.person(to_u8(framed->picture));
  if (!person) return pass_on(std::move(person));
  sink.progress("avatar", 2, kSteps);
  try {
    Avatar avatar = assemble(framed->picture, *person, framed->face.landmarks, *fit, head, sink);
    if (options.surround) {
      auto surround =
          make_surround(photo, {framed->crop.x, framed->crop.y, framed->crop.width, framed->crop.height});
      if (!surround) return pass_on(std::move(surround));
      avatar.surround = std::move(*surround);
    }
    sink.progress("avatar", kSteps, kSteps);
    return avatar;
  } catch (const std::exception& error) {  // OpenCV's, or no memory
    return fail(ErrorKind::failed, std::string("The photo could not be prepared: ") + error.what());
  }
}

}  // namespace parlante
