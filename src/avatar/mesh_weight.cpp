#include "avatar/pixels.hpp"
#include "avatar/relief.hpp"
#include "core/curves.hpp"

namespace parlante {

std::vector<float> mesh_weight(const PhotoGeometry& g) {
  cv::Mat face = cv::Mat::zeros(g.size, g.size, CV_8U);
  std::vector<Vec2f> oval;
  for (std::size_t i : kFaceOval) oval.push_back(g.fit.targets[i].cast<float>());
  fill_polygon(face, oval);
  for (int eye = 0; eye < 2; ++eye) fill_convex_hull(face, g.ring(upper_lid(eye), lower_lid(eye)));
  const cv::Mat inside = blurred(distance_inside(face), 4);

  std::vector<float> weight(g.rest.size(), 0.0f);
  for (std::size_t v = 0; v < static_cast<std::size_t>(g.head.face_end()); ++v) {
    const int x = std::clamp(static_cast<int>(g.screen[v].x()), 0, g.size - 1);
    const int y = std::clamp(static_cast<int>(g.screen[v].y()), 0, g.size - 1);
    const float cm = inside.at<float>(y, x) / g.px_per_cm;
    // Near the rim only what faces the camera and is not behind something else; in the middle everything.
    const float seen = g.skin.covered(x, y) ? g.skin.depth(x, y) : g.translation.z();
    const float facing = g.screen[v].z() > seen - .6f ? smoothstep(0, .35f, g.normals[v].z()) : 0;
    weight[v] = smoothstep(.1f, 1, cm) * std::max(smoothstep(1, 1.8f, cm), facing);
  }
  return weight;
}

}  // namespace parlante
