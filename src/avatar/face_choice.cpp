#include "avatar/face_choice.hpp"

#include <cmath>
#include <cstdio>
#include <string>

namespace parlante {
namespace {

constexpr float kSmallFacePx = 80;                // between the eyes' outer corners
constexpr double kMostTurn = 35, kGoodTurn = 22;  // degrees
constexpr double kDegrees = 57.29577951308232;

constexpr double kStrangeFace = .022;  // photos of people stay below .018

}  // namespace

Result<Face> choose_face(std::span<const Face> faces, int width, int height, int wanted, Sink& sink) {
  if (faces.empty())
    return fail(ErrorKind::no_face,
                "No face was found in the picture; use a photo that shows one face from the front, well lit "
                "and not too small.");
  if (wanted < 0 || wanted > static_cast<int>(faces.size()))
    return fail(ErrorKind::usage,
                "Face " + std::to_string(wanted) + " was asked for, but the picture shows " +
                    (faces.size() == 1 ? std::string("one face") : std::to_string(faces.size()) + " faces") +
                    "; they are counted from 1, the largest.");
  const Face& face = faces[static_cast<std::size_t>(wanted > 0 ? wanted - 1 : 0)];
  if (faces.size() > 1 && wanted == 0)
    sink.log(LogLevel::warning,
             "The picture shows " + std::to_string(faces.size()) +
                 " faces; the largest is taken. Choose another by its number, counted from the largest.");

  int outside = 0;
  for (const Eigen::Vector3f& p : face.landmarks)
    outside +=
        p.x() < 0 || p.y() < 0 || p.x() > static_cast<float>(width) || p.y() > static_cast<float>(height);
  const double missing = static_cast<double>(outside) / static_cast<double>(kLandmarks);
  if (missing > .35)
    return fail(ErrorKind::no_face,
                "Most of the face lies outside the picture; use a photo that shows the whole face.");
  if (missing > .01)
    sink.log(LogLevel::warning,
             "The picture's edge cuts the face; what is missing will look wrong when the head moves.");
  const float eyes = face.outer_eye_distance();
  if (eyes < kSmallFacePx)
    sink.log(LogLevel::warning,
             "The face is small (" + std::to_string(std::lround(eyes)) +
                 " px between the eyes' outer corners, 80 or more are better); the result will be soft.");
  return face;
}

Result<> check_turn(const HeadFit& fit, Sink& sink) {
  const Eigen::Vector3d facing = fit.rotation * Eigen::Vector3d::UnitZ(),
                        to_camera = -fit.translation.normalized();
  // the turn is against the line of sight, about the head's own upright axis
  const Eigen::Vector3d up = fit.rotation * Eigen::Vector3d::UnitY();
  const Eigen::Vector3d sight = (to_camera - up * up.dot(to_camera)).normalized();
  const double turn = std::acos(std::clamp(facing.dot(sight), -1.0, 1.0)) * kDegrees;
  const std::string degrees = std::to_string(std::lround(turn)) + "°";
  if (!(turn <= kMostTurn))
    return fail(ErrorKind::no_face,
                "The head is turned away by " + degrees +
                    "; use a photo in which it faces the camera (up to 35° work, less is better).");
  if (turn > kGoodTurn)
    sink.log(LogLevel::warning, "The head is turned away by " + degrees +
                                    "; a photo that faces the camera gives a better result.");
  return {};
}

double misfit(const HeadFit& fit) noexcept {
  double sum = 0;
  for (const Vec2d& residual : fit.residuals) sum += residual.norm();
  return sum / static_cast<double>(fit.residuals.size()) / std::max(fit.eye_distance_px, 1e-3);
}

void check_likeness(const HeadFit& fit, Sink& sink) {
  const double off = misfit(fit);
  char percent[16];
  std::snprintf(percent, sizeof percent, "%.2f", 100 * off);
  const Eigen::Vector3d up = fit.rotation * Eigen::Vector3d::UnitY();
  sink.log(LogLevel::info, std::string("Fit: off by ") + percent + " % of the eyes' distance, tilted by " +
                               std::to_string(std::lround(std::atan2(up.x(), up.y()) * kDegrees)) + "°.");
  if (!(off <= kStrangeFace))
    sink.log(LogLevel::warning, std::string("The face is unlike a human one, or hard to see (off by ") +
                                    percent +
                                    " % of the eyes' distance); lips and eyes may not move as they should.");
}

}  // namespace parlante
