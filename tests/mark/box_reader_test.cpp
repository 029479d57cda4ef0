#include "mark/box_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/random.hpp"
#include "mark/jumbf.hpp"
#include "mark/signed_files.hpp"

namespace parlante::testing {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& to, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}
void put(Bytes& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

/// A box with a size that may lie.
Bytes box(std::string_view type, const Bytes& content, std::int64_t claimed = -1) {
  Bytes all;
  put(all, claimed < 0 ? content.size() + 8 : static_cast<std::uint64_t>(claimed), 4);
  put(all, type);
  all.insert(all.end(), content.begin(), content.end());
  return all;
}
Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
const Bytes kStart = box("ftyp", Bytes(12, 'i'));

Bytes c2pa_box(const Bytes& store) {
  Bytes content{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c,
                0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81};
  put(content, 0, 4);
  put(content, "manifest");
  put(content, 0, 9);
  return box("uuid", content + store);
}

Bytes super(std::string_view label, const Bytes& content) {
  Bytes description(16, 0);
  description.push_back(3);
  put(description, label);
  description.push_back(0);
  return box("jumb", box("jumd", description) + content);
}

Result<CredentialBoxes> look(const Bytes& bytes) {
  return find_credentials(MemorySource(bytes));
}

TEST(BoxReader, FindsNothingInFilesWithoutAManifest) {
  for (const Bytes& bytes :
       {Bytes{}, Bytes(3, 1), Bytes(4096, 0), kStart, kStart + box("mdat", Bytes(100, 7))}) {
    const auto found = look(bytes);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_FALSE(found->found);
  }
}

TEST(BoxReader, RefusesBoxesThatDoNotFit) {
  Bytes huge = kStart;
  put(huge, 1, 4), put(huge, "mdat"), put(huge, 0xffffffffffffffffULL, 8);
  Bytes small = kStart;
  put(small, 1, 4), put(small, "mdat"), put(small, 15, 8);
  for (const Bytes& bytes :
       {kStart + box("moov", {}, 4'000'000'000), kStart + box("moov", {}, 7), kStart + Bytes{0, 0, 0},
        kStart + Bytes{0, 0, 0, 1, 'm', 'd', 'a', 't', 0}, huge, small})
    EXPECT_FALSE(look(bytes));
}

TEST(BoxReader, RefusesBrokenStores) {
  const Bytes manifest = super("urn:c2pa:x", {});
  for (const Bytes& store :
       {Bytes{}, Bytes(40, 0xff), box("jumb", {}), super("c2pa", {}), super("other", manifest),
        super("c2pa", box("jumb", Bytes(4, 0))), box("jumb", Bytes(60, 1), 1'000'000'000)}) {
    const auto found = look(kStart + c2pa_box(store));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->found);
    EXPECT_FALSE(found->readable);
  }
  const auto fine = look(kStart + c2pa_box(super("c2pa", manifest)));
  ASSERT_TRUE(fine);
  EXPECT_TRUE(fine->found);
  EXPECT_EQ(fine->active, "urn:c2pa:x");
  EXPECT_EQ(fine->binding, Binding::unchecked);
}

TEST(BoxReader, BoxesInBoxesInBoxesAreNotFollowedForever) {
  Bytes deep;
  for (int i = 0; i < 20000; ++i) deep = i % 1000 ? deep : super("x", deep);
  Bytes nested = super("x", {});
  for (int i = 0; i < 60; ++i) nested = super("x", nested);
  EXPECT_FALSE(read_jumbf(nested));
  Bytes many;
  for (int i = 0; i < 30000; ++i) many = std::move(many) + box("cbor", {});
  EXPECT_FALSE(read_jumbf(super("c2pa", many)));
}

TEST(BoxReader, CborNestedWithoutEndIsRefused) {
  for (const std::uint8_t item : {0x81, 0xa1, 0xc1, 0x9f, 0xbf, 0x5f})
    EXPECT_FALSE(read_cbor(Bytes(1'000'000, item)));
  EXPECT_FALSE(read_cbor(Bytes{0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  EXPECT_FALSE(read_cbor(Bytes{0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  EXPECT_FALSE(read_cbor(Bytes{0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0}));
  const auto value = read_cbor(Bytes{0xa1, 0x61, 'a', 0x82, 1, 0x42, 9, 9});
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"][0], 1);
}

TEST(BoxReader, HashesWithAbsurdExclusionsAreNotIntact) {
  using nlohmann::json;
  const auto file_with = [](const json& assertion) {
    const auto cbor = json::to_cbor(assertion);
    return kStart + box("mdat", Bytes(64, 5)) +
           c2pa_box(super("c2pa", super("urn:x", super("c2pa.assertions",
                                                       super("c2pa.hash.data", box("cbor", cbor)) +
                                                           super("c2pa.hash.bmff.v3", box("cbor", cbor))))));
  };
  const auto hash = json::binary(Bytes(32, 1));
  for (const json& assertion :
       {json{{"alg", "sha256"},
             {"hash", hash},
             {"exclusions", {{{"start", 0}, {"length", 0xffffffffffffffffULL}}}}},
        json{{"alg", "sha256"}, {"hash", hash}, {"exclusions", {{{"start", -5}, {"length", "x"}}}}},
        json{{"alg", "md5"}, {"hash", hash}}, json{{"hash", json::binary(Bytes(3, 1))}},
        json{{"hash", "text"}}, json::object(),
        json{{"alg", 7}, {"hash", hash}, {"exclusions", json::array()}},
        json{{"alg", "sha256"},
             {"hash", hash},
             {"exclusions",
              {{{"xpath", "/mdat"}, {"data", {{{"offset", 0xffffffffffffffffULL}, {"value", hash}}}}}}}},
        json{{"alg", "sha256"}, {"hash", hash}, {"exclusions", {{{"xpath", 3}}}}}}) {
    const auto found = look(file_with(assertion));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_NE(found->binding, Binding::intact) << assertion.dump();
  }
}

TEST(BoxReader, SurvivesEveryCutAndManyFlippedBits) {
  const MarkFolder folder;
  const auto keys = keys_in(folder / "keys");
  write_film(folder / "film.mp4", 2, false);
  ASSERT_TRUE(sign_file(folder / "film.mp4", facts_of(), keys.signer));
  Bytes bytes = bytes_of(folder / "film.mp4");
  const auto whole = look(bytes);
  ASSERT_TRUE(whole);
  ASSERT_EQ(whole->binding, Binding::intact);
  const std::size_t end = whole->offset + whole->size + 64;
  for (std::size_t size = 0; size < end; size += 61) {
    const auto cut = find_credentials(MemorySource(std::span(bytes).first(size)));
    EXPECT_TRUE(!cut || cut->binding != Binding::intact) << size;
  }
  Random random(3);
  for (int i = 0; i < 1500; ++i) {
    Bytes changed = bytes;
    for (int flips = 1 + static_cast<int>(random.bits() % 3); flips > 0; --flips)
      changed[random.bits() % end] = static_cast<std::uint8_t>(random.bits());
    static_cast<void>(look(changed));
  }
}

}  // namespace
}  // namespace parlante::testing
