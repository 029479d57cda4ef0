// Skin folds with expressions.
#include "render/folds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "render/plain_avatar.hpp"

namespace parlante {
namespace {

using enum Blendshape;
using testing::mean_head;
using testing::plain_avatar;

BlendshapeWeights smile() {
  BlendshapeWeights weights{};
  weights[mouthSmileLeft] = weights[mouthSmileRight] = .8f;
  return weights;
}
BlendshapeWeights raised_brows() {
  BlendshapeWeights weights{};
  weights[browInnerUp] = weights[browOuterUpLeft] = weights[browOuterUpRight] = 1;
  return weights;
}

/// A photo and its folds, as a renderer has them.
struct Person {
  explicit Person(Avatar made)
      : avatar(std::move(made)),
        foreground(prepare_foreground(avatar, 512)),
        folds(mean_head(), avatar, foreground),
        folded(folds, foreground) {}

  Avatar avatar;
  ForegroundTexture foreground;
  Folds folds;
  FoldedForeground folded;

  /// Rows about a landmark where the texture has become darker by `least` of 255 or more, within a cm.
  int darkened(const BlendshapeWeights& expression, std::size_t landmark, int least = 3) {
    const ImageU8& now = folded.shown(expression).fine;
    const SurfacePoint& point = mean_head().landmarks[landmark];
    Vec2f p = Vec2f::Zero();
    for (std::size_t i = 0; i < 3; ++i)
      p += point.weights[i] * avatar.texture[static_cast<std::size_t>(point.vertices[i])] * foreground.scale;
    const int reach = static_cast<int>(avatar.px_per_cm() * foreground.scale);
    int count = 0;
    for (int y = static_cast<int>(p.y()) - reach; y <= static_cast<int>(p.y()) + reach; ++y)
      for (int x = static_cast<int>(p.x()) - reach; x <= static_cast<int>(p.x()) + reach; ++x)
        count +=
            foreground.fine.at(x, y + foreground.pad_top)[1] - now.at(x, y + foreground.pad_top)[1] >= least;
    return count;
  }
};

constexpr std::size_t kForehead = 151, kBesideMouthRight = 206, kBesideMouthLeft = 426, kNoseTip = 1;

TEST(Folds, RestIsThePhotoItself) {
  Person person(plain_avatar());
  const ForegroundTexture& shown = person.folded.shown({});
  EXPECT_EQ(shown.fine.pixels, person.foreground.fine.pixels);
  EXPECT_EQ(shown.coarse.pixels, person.foreground.coarse.pixels);
}

TEST(Folds, ASmileDrawsLinesBesideTheMouthAndRaisedBrowsOnTheForehead) {
  Person person(plain_avatar());
  EXPECT_GT(person.darkened(smile(), kBesideMouthRight), 10);
  EXPECT_GT(person.darkened(smile(), kBesideMouthLeft), 10);
  EXPECT_EQ(person.darkened(smile(), kForehead), 0);
  EXPECT_EQ(person.darkened(smile(), kNoseTip), 0);
  EXPECT_GT(person.darkened(raised_brows(), kForehead, 2), 10);
  EXPECT_EQ(person.darkened(raised_brows(), kBesideMouthRight), 0);
}

TEST(Folds, ARoundedMouthHasNoSmileLines) {
  Person person(plain_avatar());
  BlendshapeWeights both = smile();
  both[mouthPucker] = 1;
  EXPECT_EQ(person.darkened(both, kBesideMouthRight), 0);
}

TEST(Folds, DependOnTheExpressionAloneNotOnWhatWasShownBefore) {
  Person person(plain_avatar()), other(plain_avatar());
  BlendshapeWeights half{};
  half[mouthSmileLeft] = .43f, half[browInnerUp] = .61f, half[browDownRight] = .3f;
  for (int k = 0; k <= 10; ++k) {
    BlendshapeWeights on_the_way = half;
    for (std::size_t i = 0; i < kBlendshapes; ++i) on_the_way[i] *= .1f * static_cast<float>(k);
    person.folded.shown(on_the_way);
  }
  EXPECT_EQ(person.folded.shown(half).fine.pixels, other.folded.shown(half).fine.pixels);
  EXPECT_EQ(person.folded.shown({}).fine.pixels, person.foreground.fine.pixels);
}

TEST(Folds, ThatThePhotoAlreadyShowsAreNotMadeAgain) {
  Avatar smiling = plain_avatar();
  smiling.photo_expression = smile();
  Person person(std::move(smiling));
  EXPECT_EQ(person.darkened(smile(), kBesideMouthRight, 1), 0);
}

TEST(Folds, OfASmilingPhotoAreSmoothedWhenTheSmileGoes) {
  Avatar smiling = plain_avatar();
  smiling.photo_expression = smile();
  const Vec2f at =
      smiling.texture[static_cast<std::size_t>(mean_head().landmarks[kBesideMouthRight].vertices[0])];
  for (int y = -12; y <= 12; ++y)  // the photo's own line
    for (int x = -1; x <= 1; ++x)
      for (int c = 0; c < 3; ++c) {
        std::uint8_t& value = smiling.foreground.at(static_cast<int>(at.x()) + x,
                                                    static_cast<int>(at.y()) + y + smiling.pad_top)[c];
        value = static_cast<std::uint8_t>(value * .8f);
      }
  Person person(std::move(smiling));
  const auto line = [&](const BlendshapeWeights& expression) {
    const ForegroundTexture& shown = person.folded.shown(expression);
    return static_cast<int>(shown.fine.at(static_cast<int>(at.x() * shown.scale),
                                          static_cast<int>(at.y() * shown.scale) + shown.pad_top)[1]);
  };
  EXPECT_EQ(line(smile()), line(smile()));
  EXPECT_GT(line({}), line(smile()) + 3);
}

TEST(Folds, LeaveHairAlone) {
  Avatar fringe = plain_avatar();
  for (int y = 0; y < fringe.foreground.height; ++y)
    for (int x = 0; x < fringe.size; ++x) {
      std::uint8_t* p = fringe.foreground.at(x, y);
      if (y < fringe.foreground.height * 45 / 100) p[0] = 40, p[1] = 32, p[2] = 30;
    }
  Person person(std::move(fringe));
  EXPECT_EQ(person.darkened(raised_brows(), kForehead, 1), 0);
}

TEST(Folds, LinedSkinFoldsDeeperThanSmoothSkin) {
  Avatar lined = plain_avatar();
  for (int y = 0; y < lined.foreground.height; ++y)
    for (int x = 0; x < lined.size; ++x)
      for (int c = 0; c < 3; ++c) {
        std::uint8_t& value = lined.foreground.at(x, y)[c];
        value = static_cast<std::uint8_t>(value * ((y / 4) % 2 ? .95f : 1.f));
      }
  EXPECT_GT(fold_maps(mean_head(), lined).depth, fold_maps(mean_head(), plain_avatar()).depth + .2f);
}

TEST(Folds, DamagedPlacesInThePhotoDoNoHarm) {
  Avatar damaged = plain_avatar();
  for (std::size_t v = 0; v < damaged.texture.size(); v += 3) damaged.texture[v].x() = NAN;
  for (std::size_t v = 1; v < damaged.texture.size(); v += 7) damaged.texture[v].y() = 1e30f;
  Person person(std::move(damaged));
  person.folded.shown(smile());
}

TEST(FoldPull, NumbersThatAreNoneOrTooLargeDoNoHarm) {
  BlendshapeWeights wild{};
  wild[mouthSmileLeft] = 50, wild[browInnerUp] = -3;
  for (const float pull : fold_pull(wild)) {
    EXPECT_GE(pull, 0);
    EXPECT_LE(pull, 1);
  }
}

}  // namespace
}  // namespace parlante
