// A slow reader loses pictures, never sound.
#include "live/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace parlante::testing {
namespace {

std::vector<std::uint8_t> bytes(std::size_t count, std::uint8_t value) {
  return std::vector<std::uint8_t>(count, value);
}

TEST(Outbox, DropsTheOldestPictureAndKeepsSoundInOrder) {
  Outbox outbox({.pictures = 2, .kept_bytes = 1000});
  for (std::uint8_t i = 0; i < 5; ++i) {
    EXPECT_EQ(outbox.put(PacketKind::sound, {}, bytes(10, i)), Outbox::Put::taken);
    EXPECT_EQ(outbox.put(PacketKind::picture, bytes(1, 9), bytes(5000, i)),
              i < 2 ? Outbox::Put::taken : Outbox::Put::picture_dropped);
  }
  EXPECT_EQ(outbox.pictures(), 2U);
  std::vector<int> sounds, pictures;
  for (Packet packet; outbox.take(packet);) {
    if (packet.kind == PacketKind::sound) sounds.push_back(packet.bytes.at(0));
    if (packet.kind == PacketKind::picture) {
      EXPECT_EQ(packet.bytes.at(0), 9);
      pictures.push_back(packet.bytes.at(1));
    }
  }
  EXPECT_EQ(sounds, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(pictures, (std::vector<int>{3, 4}));
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, SaysWhenTooMuchSoundWaits) {
  Outbox outbox({.pictures = 2, .kept_bytes = 100});
  EXPECT_EQ(outbox.put(PacketKind::sound, {}, bytes(60, 1)), Outbox::Put::taken);
  EXPECT_EQ(outbox.put(PacketKind::text, {}, bytes(60, 2)), Outbox::Put::overflow);
  Packet packet;
  ASSERT_TRUE(outbox.take(packet));
  EXPECT_EQ(outbox.put(PacketKind::text, {}, bytes(60, 2)), Outbox::Put::taken);
}

TEST(Outbox, UsesItsBuffersAgain) {
  Outbox outbox;
  Packet packet;
  std::vector<const void*> seen;
  for (int i = 0; i < 20; ++i) {
    outbox.put(PacketKind::picture, {}, bytes(10'000, 0));
    ASSERT_TRUE(outbox.take(packet));
    if (std::find(seen.begin(), seen.end(), packet.bytes.data()) == seen.end())
      seen.push_back(packet.bytes.data());
  }
  EXPECT_LE(seen.size(), 2U);
}

}  // namespace
}  // namespace parlante::testing
