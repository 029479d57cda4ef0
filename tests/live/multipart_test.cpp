// Forms with files, also broken ones.
#include "live/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;

const std::string kType = "multipart/form-data; boundary=XX";

std::string two_parts() {
  return "--XX\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../etc/passwd\"\r\n"
         "Content-Type: image/png\r\n\r\n\x89PNG\r\n--X not the end\r\n--XX\r\n"
         "content-disposition: form-data; name=consent\r\n\r\nself\r\n--XX--\r\n";
}

TEST(Form, GivesEachPartByItsName) {
  const std::string body = two_parts();
  const auto form = parse_form(kType, body);
  ASSERT_TRUE(form) << form.error().message;
  ASSERT_EQ(form->size(), 2U);
  EXPECT_EQ(find_part(*form, "photo")->content, "\x89PNG\r\n--X not the end");
  EXPECT_EQ(find_part(*form, "consent")->content, "self");
  EXPECT_EQ(find_part(*form, "audio"), nullptr);
}

TEST(Form, TakesQuotedBoundariesAPreambleAndEmptyParts) {
  const std::string body =
      "hello\r\n--a b\r\nContent-Disposition: form-data; name=\"x;\\\"y\"\r\n\r\n\r\n--a b--";
  const auto form = parse_form("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"", body);
  ASSERT_TRUE(form) << form.error().message;
  ASSERT_EQ(form->size(), 1U);
  EXPECT_EQ(form->front().name, "x;\"y");
  EXPECT_TRUE(form->front().content.empty());
}

TEST(Form, IsRefusedWhereItIsNoneOrCutOff) {
  const std::string body = two_parts();
  for (const char* type : {"", "text/plain", "multipart/form-data",
                           "multipart/form-data; boundary=", "multipart/form-data; boundary=YY"})
    EXPECT_FALSE(parse_form(type, body)) << type;
  for (std::size_t length = 0; length + 4 < body.size(); ++length)
    EXPECT_FALSE(parse_form(kType, body.substr(0, length))) << length;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n";
  const auto refused = parse_form(kType, many + "--XX--");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("too many parts"));
  EXPECT_FALSE(parse_form(kType, "--XX\r\n" + std::string(5000, 'h') + "\r\n\r\nx\r\n--XX--"));
}

TEST(Form, ComesBackFromAnyBytes) {
  Random random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string body = two_parts();
    for (int change = 0; change < 4; ++change) {
      const std::size_t at = random.bits() % body.size();
      if (random.bits() % 3 == 0) {
        body.erase(at, random.bits() % 8);
      } else {
        body[at] = "\r\n-X\":;= a"[random.bits() % 10];
      }
      if (body.empty()) break;
    }
    const auto form = parse_form(kType, body);
    if (!form) continue;
    for (const FormPart& part : *form) {
      ASSERT_GE(part.content.data(), part.content.empty() ? part.content.data() : body.data());
      ASSERT_LE(part.content.size(), body.size());
    }
  }
}

}  // namespace
}  // namespace parlante::testing
