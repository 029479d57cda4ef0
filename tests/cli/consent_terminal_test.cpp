// Whose face it is is asked on a terminal, once for each portrait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/environment.hpp"
#include "cli/terminal.hpp"
#include "mark/file_hash.hpp"
#include "support/paths.hpp"

namespace parlante::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OnATerminal : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<Folder>();
    const std::string portrait = (samples_folder() / "portrait.png").string();
    ASSERT_EQ(run({"avatar", portrait, "-o", *shared / "face.avatar"}).exit, 0);
  }
  static void TearDownTestSuite() { shared.reset(); }
  std::vector<std::string> sheet(const std::string& name) const {
    return {"sheet", *shared / "face.avatar", "-o", folder / name, "--tile", "64"};
  }
  std::string book() const { return contents(folder / "home/parlante/consent.txt"); }

  Folder folder;
  Environment silent{"PARLANTE_CONSENT", ""}, home{"XDG_DATA_HOME", folder / "home"};
  static std::unique_ptr<Folder> shared;
};
std::unique_ptr<Folder> OnATerminal::shared;

TEST_F(OnATerminal, ItIsAskedOnceAndRememberedByTheFilesHash) {
  const Outcome first = run_on_terminal(sheet("a.png"), {"me", "synthetic"});
  ASSERT_EQ(first.exit, 0) << first.out;
  EXPECT_THAT(first.out, HasSubstr("Whose face is this?"));
  const std::size_t question = first.out.find("> ");
  EXPECT_NE(first.out.find("> ", question + 2), std::string::npos) << "\"me\" is no answer: asked again";
  EXPECT_TRUE(fs::exists(folder / "a.png"));

  const Outcome second = run_on_terminal(sheet("b.png"), {});
  EXPECT_EQ(second.exit, 0) << second.out;
  EXPECT_THAT(second.out, Not(HasSubstr("Whose face")));
  const auto sum = file_sha256(*shared / "face.avatar");
  ASSERT_TRUE(sum);
  EXPECT_EQ(book(), *sum + " synthetic\n") << "a hash and a word; no name";
  struct stat about {};
  ASSERT_EQ(stat((folder / "home/parlante/consent.txt").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const Outcome report = run({"verify", "--quick", "--json", folder / "b.png"});
  EXPECT_THAT(report.out, HasSubstr("\"consent\":\"synthetic\"")) << report.out;
}

TEST_F(OnATerminal, WhoDoesNotAnswerGetsNothingMade) {
  const Outcome silence = run_on_terminal(sheet("a.png"), {});
  EXPECT_EQ(silence.exit, 2) << silence.out;
  EXPECT_THAT(silence.out, HasSubstr("--consent"));
  const Outcome nonsense = run_on_terminal(sheet("a.png"), {"yes", "", "a friend"});
  EXPECT_EQ(nonsense.exit, 2) << nonsense.out;
  EXPECT_FALSE(fs::exists(folder / "a.png"));
  EXPECT_EQ(book(), "");
}

TEST_F(OnATerminal, WithoutOneItIsRefusedWithASentence) {
  const Outcome refused = run(sheet("a.png"));
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("Say once whose face this is: --consent"));
  EXPECT_THAT(refused.err, Not(HasSubstr("Whose face is this?")));
}

}  // namespace
}  // namespace parlante::testing
