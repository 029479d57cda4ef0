#include "speech/phonetic_front_end.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "speech/synthetic_sound.hpp"
#include "support/paths.hpp"

namespace parlante {
namespace {

struct ReferenceProbability {
  int frame, phone;
  float probability;
};
/// Every probability above 5e-4 that the shipped engine of hama 1.7.0 gives for babble(), run over the whole
/// sound.
constexpr ReferenceProbability kReferencePosteriors[] = {
#include "reference_posteriors.inc"
};
struct ReferenceLayers {
  int frame, channel;
  float layer2, layer4;
};
/// From a float64 run of the same graph in Python.
constexpr ReferenceLayers kReferenceLayers[] = {
#include "reference_layers.inc"
};

std::filesystem::path model_file() {
  return testing::models_folder() / "phonetic.hama";
}

std::vector<PhoneticFrame> hear(const PhoneticModel& model, std::span<const float> sound,
                                PhoneticFrontEnd::Options options) {
  PhoneticFrontEnd front_end(model, options);
  front_end.push(sound);
  front_end.end();
  std::vector<PhoneticFrame> frames(front_end.ready());
  for (PhoneticFrame& frame : frames) EXPECT_TRUE(front_end.pull(frame));
  PhoneticFrame none;
  EXPECT_FALSE(front_end.pull(none));
  return frames;
}

TEST(PhoneticModel, AgreesWithTheShippedEngineOverAWholeSound) {
  const auto model = PhoneticModel::load(model_file(), 1, 200);
  ASSERT_TRUE(model) << model.error().message;
  const auto sound = testing::babble();
  // One window holds all of it: 161 frames of 200, so the rest must act as if it were not there.
  const auto frames = hear(*model, sound, {.look_ahead = 0, .block = 200});
  ASSERT_EQ(frames.size(), 161U);

  std::map<std::pair<int, int>, float> reference;
  for (const auto& r : kReferencePosteriors) reference[{r.frame, r.phone}] = r.probability;
  for (int k = 0; k < 161; ++k) {
    for (int p = 0; p < kPhones; ++p) {
      const auto found = reference.find({k, p});
      const float expected = found == reference.end() ? 0 : found->second;
      ASSERT_NEAR(frames[static_cast<std::size_t>(k)].posterior[static_cast<std::size_t>(p)], expected, 1e-3)
          << "frame " << k << " phone " << PhoneticModel::phone(p);
    }
  }
  for (const auto& r : kReferenceLayers) {
    const auto& frame = frames[static_cast<std::size_t>(r.frame)];
    EXPECT_NEAR(frame.layer2[static_cast<std::size_t>(r.channel)], r.layer2, 2e-3)
        << r.frame << ' ' << r.channel;
    EXPECT_NEAR(frame.layer4[static_cast<std::size_t>(r.channel)], r.layer4, 2e-3)
        << r.frame << ' ' << r.channel;
  }
}

TEST(PhoneticModel, NamesEveryOutputOnce) {
  std::set<std::string_view> names;
  for (int p = 0; p < kPhones; ++p) {
    EXPECT_FALSE(PhoneticModel::phone(p).empty()) << p;
    EXPECT_TRUE(names.insert(PhoneticModel::phone(p)).second) << p;
  }
  EXPECT_EQ(PhoneticModel::phone(kPhones - 1), "<blank>");
  EXPECT_EQ(PhoneticModel::phone(kPhones - 2), "<wb>");
  EXPECT_EQ(PhoneticModel::phone(35), "p");
  EXPECT_TRUE(PhoneticModel::phone(-1).empty());
  EXPECT_TRUE(PhoneticModel::phone(kPhones).empty());
}

TEST(PhoneticModel, SaysWhatIsWrongWithAMissingFileOrAnImpossibleWindow) {
  const auto missing = PhoneticModel::load("/nonexistent/phonetic.hama");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::broken_model);
  EXPECT_NE(missing.error().message.find("phonetic.hama"), std::string::npos);
  EXPECT_EQ(PhoneticModel::load(model_file(), 1, 2).error().kind, ErrorKind::usage);
}

}  // namespace
}  // namespace parlante
