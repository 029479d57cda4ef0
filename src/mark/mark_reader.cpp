#include "mark/mark_reader.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "mark/mark_residual.hpp"
#include "mark/mark_search.hpp"

namespace parlante {
namespace {

constexpr int kDecoys = 4, kCandidates = 6;
constexpr double kSmallestChip = 3, kLargestChip = 34;
constexpr double kStep = 1.004;        // of the search over sizes
constexpr double kOctave = 1.1892;     // a residual serves sizes up to half of this away, either way
constexpr int kLeastSide = 96;         // px: fewer chips than a tenth of a tile say nothing
constexpr int kWidestSearched = 2400;  // px a side of a residual

struct Candidate {
  MarkPlace place;
  cv::Mat folded;
};

/// The residual in which a chip of `chip` px of the picture has kSearchChip px.
cv::Mat residual_at(const cv::Mat& luma, double chip) {
  const double scale = kSearchChip / chip;
  const cv::Size size(std::max(1, static_cast<int>(std::lround(luma.cols * scale))),
                      std::max(1, static_cast<int>(std::lround(luma.rows * scale))));
  if (std::max(size.width, size.height) > kWidestSearched) return {};
  cv::Mat sized;
  cv::resize(luma, sized, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  return mark_residual(sized);
}

class Search {
 public:
  explicit Search(bool decoys) {
    keys_.emplace_back(kMarkKey);
    for (int i = 1; decoys && i <= kDecoys; ++i) keys_.emplace_back(kMarkKey + static_cast<std::uint64_t>(i));
  }

  /// Tries one size: `chip` px of the picture, with a residual made for `residual_chip` px.
  void look(const cv::Mat& residual, double residual_chip, double chip) {
    const cv::Mat sum = folded(residual, kSearchChip * chip / residual_chip), spectrum = folded_spectrum(sum);
    for (std::size_t k = 1; k < keys_.size(); ++k)
      decoy_ = std::max(decoy_, keys_[k].best_place(spectrum, chip).z);
    const MarkPlace place = keys_.front().best_place(spectrum, chip);
    if (best_.size() == kCandidates && place.z <= best_.back().place.z) return;
    if (best_.size() == kCandidates) best_.pop_back();
    best_.push_back({place, sum});
    std::sort(best_.begin(), best_.end(), [](const auto& a, const auto& b) { return a.place.z > b.place.z; });
  }

  MarkFound result() const {
    MarkFound found;
    found.strongest_decoy = decoy_;
    if (best_.empty()) return found;
    found.search_z = best_.front().place.z;
    found.chip_px = best_.front().place.chip;
    const MarkLayout& layout = keys_.front().layout();
    for (const Candidate& candidate : best_) {
      const auto payload = decode_mark(soft_bits(candidate.folded, candidate.place, layout));
      if (!payload) continue;
      const double z = whole_z(candidate.folded, candidate.place, layout, mark_code_word(*payload));
      if (z <= found.whole_z) continue;
      found.whole_z = z;
      if (z > kMarkedWhole) found.payload = payload, found.chip_px = candidate.place.chip;
    }
    found.marked = found.payload || found.search_z > std::max(kMarkedSearch, kMarkedOverDecoys * decoy_);
    return found;
  }

 private:
  std::vector<MarkKeyPattern> keys_;
  std::vector<Candidate> best_;
  double decoy_ = 0;
};

MarkFound look_at_all_sizes(const cv::Mat& luma, bool decoys) {
  Search search(decoys);
  for (double middle = kSmallestChip * std::sqrt(kOctave); middle < kLargestChip; middle *= kOctave) {
    const cv::Mat residual = residual_at(luma, middle);
    if (residual.empty()) continue;
    for (double chip = middle / std::sqrt(kOctave); chip < middle * std::sqrt(kOctave); chip *= kStep)
      search.look(residual, middle, chip);
  }
  return search.result();
}

}  // namespace

struct MarkReader::State {
  cv::Mat sum;
  int frames = 0;
};

MarkReader::MarkReader() : state_(std::make_unique<State>()) {}
MarkReader::~MarkReader() = default;
MarkReader::MarkReader(MarkReader&&) noexcept = default;

int MarkReader::frames() const noexcept {
  return state_->frames;
}

void MarkReader::add(const ImageU8& frame) {
  if (frame.channels < 3 || frame.empty()) return;
  cv::Mat& sum = state_->sum;
  if (sum.empty()) sum = cv::Mat::zeros(frame.height, frame.width, CV_32F);
  if (sum.rows != frame.height || sum.cols != frame.width) return;
  for (int y = 0; y < frame.height; ++y) {
    const std::uint8_t* p = frame.row(y);
    float* out = sum.ptr<float>(y);
    for (int x = 0; x < frame.width; ++x, p += frame.channels)
      out[x] += .299f * p[0] + .587f * p[1] + .114f * p[2];
  }
  ++state_->frames;
}

MarkFound MarkReader::find(MarkEffort effort) const {
  if (state_->frames == 0 || std::min(state_->sum.rows, state_->sum.cols) < kLeastSide) return {};
  const cv::Mat luma = state_->sum / state_->frames;
  Search as_made(true);
  for (const double chip : {8., 16.})
    if (const cv::Mat residual = residual_at(luma, chip); !residual.empty())
      as_made.look(residual, chip, chip);
  const MarkFound near = as_made.result();
  if (effort == MarkEffort::as_made || (near.marked && near.payload)) return near;
  MarkFound far = look_at_all_sizes(luma, false);
  // The decoys take most of the time, and are asked where they can say no.
  if (far.marked && !far.payload) far = look_at_all_sizes(luma, true);
  far.strongest_decoy = std::max(far.strongest_decoy, near.strongest_decoy);
  return near.marked && !far.payload ? near : far;
}

}  // namespace parlante
