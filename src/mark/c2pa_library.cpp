#include "mark/c2pa_library.hpp"

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

// What is used of libc2pa_c 0.91 (the library's wheel has no header). A function that returns a pointer gives
// it to the caller, to be freed with c2pa_free; null or a negative number is an error, told by c2pa_error.
extern "C" {
struct C2paContextBuilder;
struct C2paContext;
struct C2paSettings;
struct C2paBuilder;
struct C2paReader;
struct C2paStream;
struct C2paSignerHandle;
struct C2paSignerText {
  const char *algorithm, *certificates, *private_key, *time_stamp_url;
};
using C2paReadFn = std::intptr_t (*)(std::FILE*, std::uint8_t*, std::intptr_t);
using C2paSeekFn = std::intptr_t (*)(std::FILE*, std::intptr_t, int);
using C2paWriteFn = std::intptr_t (*)(std::FILE*, const std::uint8_t*, std::intptr_t);
using C2paFlushFn = std::intptr_t (*)(std::FILE*);

char* c2pa_error();
int c2pa_free(const void*);
C2paSettings* c2pa_settings_new();
int c2pa_settings_update_from_string(C2paSettings*, const char* text, const char* format);
C2paContextBuilder* c2pa_context_builder_new();
int c2pa_context_builder_set_settings(C2paContextBuilder*, C2paSettings*);
C2paContext* c2pa_context_builder_build(C2paContextBuilder*);  // takes the builder
C2paStream* c2pa_create_stream(std::FILE*, C2paReadFn, C2paSeekFn, C2paWriteFn, C2paFlushFn);
void c2pa_release_stream(C2paStream*);
C2paBuilder* c2pa_builder_from_context(C2paContext*);
C2paBuilder* c2pa_builder_with_definition(C2paBuilder*, const char* json);  // takes the builder
int c2pa_builder_add_ingredient_from_stream(C2paBuilder*, const char* json, const char* format, C2paStream*);
int c2pa_builder_add_ingredient_from_archive(C2paBuilder*, C2paStream*);
int c2pa_builder_write_ingredient_archive(C2paBuilder*, const char* label, C2paStream*);
std::int64_t c2pa_builder_sign(C2paBuilder*, const char* format, C2paStream* source, C2paStream* target,
                               C2paSignerHandle*, const unsigned char** manifest);
const char** c2pa_builder_supported_mime_types(std::size_t* count);
void c2pa_free_string_array(const char**, std::size_t count);
C2paSignerHandle* c2pa_signer_from_info(const C2paSignerText*);
C2paReader* c2pa_reader_from_context(C2paContext*);
C2paReader* c2pa_reader_with_stream(C2paReader*, const char* format, C2paStream*);  // takes the reader
char* c2pa_reader_json(C2paReader*);
}

namespace parlante {
namespace {

struct Free {
  void operator()(const void* handle) const noexcept { c2pa_free(handle); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

std::string last_error() {
  const Handle<char> text(c2pa_error());
  return text ? text.get() : "no reason is known";
}

/// A file as the library reads and writes it.
class Stream {
 public:
  Stream(const std::filesystem::path& file, const char* mode) : Stream(std::fopen(file.c_str(), mode)) {}
  /// A file without a name that holds `bytes`, at its beginning.
  explicit Stream(std::span<const std::uint8_t> bytes) : Stream(std::tmpfile()) {
    if (!file_) return;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) stream_.reset();
    std::rewind(file_.get());
  }
  C2paStream* get() const noexcept { return stream_.get(); }
  explicit operator bool() const noexcept { return stream_ != nullptr; }
  /// Everything is on its way to the disk. False: it is full.
  bool close() {
    stream_.reset();
    return std::fclose(file_.release()) == 0;
  }
  /// All that is in it.
  std::vector<std::uint8_t> bytes() {
    std::vector<std::uint8_t> all;
    std::array<std::uint8_t, 4096> part;
    std::rewind(file_.get());
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), file_.get()))
      all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(got));
    return all;
  }

 private:
  explicit Stream(std::FILE* file)
      : file_(file), stream_(file_ ? c2pa_create_stream(file_.get(), read, seek, write, flush) : nullptr) {}

  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  struct Release {
    void operator()(C2paStream* stream) const noexcept { c2pa_release_stream(stream); }
  };
  static std::intptr_t read(std::FILE* file, std::uint8_t* bytes, std::intptr_t count) {
    const std::size_t got = std::fread(bytes, 1, static_cast<std::size_t>(count), file);
    return got == 0 && std::ferror(file) ? -1 : static_cast<std::intptr_t>(got);
  }
  static std::intptr_t seek(std::FILE* file, std::intptr_t offset, int whence) {
    const int from = whence == 0 ? SEEK_SET : whence == 1 ? SEEK_CUR : SEEK_END;
    return fseeko(file, offset, from) ? -1 : ftello(file);
  }
  static std::intptr_t write(std::FILE* file, const std::uint8_t* bytes, std::intptr_t count) {
    const auto size = static_cast<std::size_t>(count);
    return std::fwrite(bytes, 1, size, file) == size ? count : -1;
  }
  static std::intptr_t flush(std::FILE* file) { return std::fflush(file) ? -1 : 0; }

  std::unique_ptr<std::FILE, Close> file_;
  std::unique_ptr<C2paStream, Release> stream_;
};

tl::unexpected<Error> cannot_open(const std::filesystem::path& file) {
  return fail(ErrorKind::failed, file.string() + " cannot be opened: " + std::strerror(errno) + ".");
}

/// Settings of one call; nothing of the process is set.
Handle<C2paContext> context(const std::string& anchors) {
  nlohmann::json settings = {{"verify",
                              {{"verify_trust", true},
                               {"verify_after_sign", true},
                               {"remote_manifest_fetch", false},
                               {"ocsp_fetch", false}}},
                             {"builder", {{"thumbnail", {{"enabled", false}}}}}};
  if (!anchors.empty()) settings["trust"] = {{"user_anchors", anchors}};
  const Handle<C2paSettings> made(c2pa_settings_new());
  Handle<C2paContextBuilder> builder(c2pa_context_builder_new());
  if (!made || !builder ||
      c2pa_settings_update_from_string(made.get(), settings.dump().c_str(), "json") != 0 ||
      c2pa_context_builder_set_settings(builder.get(), made.get()) != 0)
    return nullptr;
  return Handle<C2paContext>(c2pa_context_builder_build(builder.release()));
}

bool add(C2paBuilder& builder, const C2paIngredient& ingredient) {
  if (!ingredient.kept.empty()) {
    const Stream archive(ingredient.kept);
    return archive && c2pa_builder_add_ingredient_from_archive(&builder, archive.get()) == 0;
  }
  const Stream file(ingredient.file, "rb");
  return file && c2pa_builder_add_ingredient_from_stream(&builder, ingredient.description.c_str(),
                                                         ingredient.format.c_str(), file.get()) == 0;
}

/// The builder with all ingredients. One whose file the library refuses joins `by_name`, and the next try is
/// to name it only.
Handle<C2paBuilder> builder_with(C2paContext* context, nlohmann::json definition,
                                 std::span<const C2paIngredient> ingredients, std::vector<bool>& by_name,
                                 bool& again) {
  again = false;
  for (std::size_t i = 0; i < ingredients.size(); ++i)
    if (by_name[i])
      definition["ingredients"].push_back(nlohmann::json::parse(ingredients[i].description, nullptr, false));
  Handle<C2paBuilder> empty(c2pa_builder_from_context(context));
  if (!empty) return nullptr;
  Handle<C2paBuilder> builder(c2pa_builder_with_definition(empty.release(), definition.dump().c_str()));
  for (std::size_t i = 0; builder && i < ingredients.size(); ++i) {
    if (by_name[i]) continue;
    if (add(*builder, ingredients[i])) continue;
    by_name[i] = again = true;
    return nullptr;
  }
  return builder;
}

}  // namespace

bool c2pa_can_sign(const std::string& format) {
  std::size_t count = 0;
  const char** types = c2pa_builder_supported_mime_types(&count);
  if (types == nullptr) return false;
  const bool found = std::any_of(types, types + count, [&](const char* type) { return format == type; });
  c2pa_free_string_array(types, count);
  return found;
}

Result<> c2pa_sign(const std::string& definition, std::span<const C2paIngredient> ingredients,
                   const std::string& format, const std::filesystem::path& source,
                   const std::filesystem::path& target, const C2paSigner& signer) {
  const auto refused = [](const char* what) {
    return fail(ErrorKind::failed,
                std::string("The file cannot be signed: ") + what + " (" + last_error() + ").");
  };
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  if (!json.is_object()) return fail(ErrorKind::usage, "The manifest's definition is no JSON object.");
  const Handle<C2paContext> settings = context("");
  if (!settings) return refused("the C2PA library does not take its settings");
  std::vector<bool> by_name;
  for (const C2paIngredient& one : ingredients)
    by_name.push_back(one.kept.empty() && (one.file.empty() || one.format.empty()));
  Handle<C2paBuilder> builder;
  for (bool again = true; again;) builder = builder_with(settings.get(), json, ingredients, by_name, again);
  if (!builder) return refused("the C2PA library does not take the manifest");

  const C2paSignerText text{signer.algorithm.c_str(), signer.certificates.c_str(), signer.private_key.c_str(),
                            signer.time_stamp_url.empty() ? nullptr : signer.time_stamp_url.c_str()};
  const Handle<C2paSignerHandle> handle(c2pa_signer_from_info(&text));
  if (!handle) return refused("the certificate or the key is refused");
  const Stream in(source, "rb");
  if (!in) return cannot_open(source);
  Stream out(target, "w+b");
  if (!out) return cannot_open(target);
  const unsigned char* manifest = nullptr;
  const std::int64_t size =
      c2pa_builder_sign(builder.get(), format.c_str(), in.get(), out.get(), handle.get(), &manifest);
  const Handle<const unsigned char> manifest_owner(manifest);
  if (size < 0) return refused("the C2PA library gave up");
  if (!out.close()) return fail(ErrorKind::failed, "The signed file cannot be written; is the disk full?");
  return {};
}

Result<std::vector<std::uint8_t>> c2pa_keep_ingredient(const C2paIngredient& ingredient) {
  const auto refused = [] {
    return fail(ErrorKind::failed, "The signed data of what went in cannot be kept (" + last_error() + ").");
  };
  const auto description = nlohmann::json::parse(ingredient.description, nullptr, false);
  const std::string label = description.is_object() ? description.value("label", "") : "";
  if (label.empty()) return fail(ErrorKind::usage, "The ingredient's description holds no label.");
  const Handle<C2paContext> settings = context("");
  Handle<C2paBuilder> empty(settings ? c2pa_builder_from_context(settings.get()) : nullptr);
  if (!empty) return refused();
  const Handle<C2paBuilder> builder(c2pa_builder_with_definition(empty.release(), "{}"));
  Stream archive(std::span<const std::uint8_t>{});
  if (!builder || !archive || !add(*builder, ingredient) ||
      c2pa_builder_write_ingredient_archive(builder.get(), label.c_str(), archive.get()) < 0)
    return refused();
  return archive.bytes();
}

Result<std::optional<std::string>> c2pa_read(const std::filesystem::path& file, const std::string& format,
                                             const std::string& anchors) {
  const Handle<C2paContext> settings = context(anchors);
  if (!settings)
    return fail(ErrorKind::failed, "The trusted certificates cannot be used (" + last_error() + ").");
  const Stream in(file, "rb");
  if (!in) return cannot_open(file);
  Handle<C2paReader> empty(c2pa_reader_from_context(settings.get()));
  if (!empty) return fail(ErrorKind::failed, "The C2PA library cannot start (" + last_error() + ").");
  const Handle<C2paReader> reader(c2pa_reader_with_stream(empty.release(), format.c_str(), in.get()));
  if (!reader) {
    const std::string reason = last_error();
    // No manifest is no error here.
    if (reason.rfind("ManifestNotFound", 0) == 0 || reason.find("no JUMBF data found") != std::string::npos)
      return std::nullopt;
    return fail(ErrorKind::failed, "The signed data cannot be read (" + reason + ").");
  }
  const Handle<char> json(c2pa_reader_json(reader.get()));
  if (!json) return fail(ErrorKind::failed, "The signed data cannot be read (" + last_error() + ").");
  return std::string(json.get());
}

}  // namespace parlante
