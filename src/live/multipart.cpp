#include "live/multipart.hpp"

#include <algorithm>
#include <cctype>

namespace parlante {
namespace {

constexpr std::size_t kMostParts = 32, kMostHeader = 4096, kMostName = 64, kMostBoundary = 70;

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The value of a parameter of a header such as `form-data; name="photo"`. A quoted value may hold
/// semicolons.
std::string parameter(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at < header.size()) {
    const std::size_t equals = header.find('=', ++at);
    if (equals == std::string_view::npos) break;
    const std::string_view name = trimmed(header.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size()) ++at;
        value += header[at];
      }
      at = header.find(';', at);
    } else {
      const std::size_t end = std::min(header.find(';', at), header.size());
      value = trimmed(header.substr(at, end - at));
      at = end;
    }
    if (same_word(name, wanted)) return value;
  }
  return {};
}

/// The field's name, from the headers of a part; empty when they give none.
std::string name_in(std::string_view headers) {
  while (!headers.empty()) {
    const std::size_t end = headers.find("\r\n");
    const std::string_view line = headers.substr(0, end);
    headers = end == std::string_view::npos ? std::string_view() : headers.substr(end + 2);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && same_word(trimmed(line.substr(0, colon)), "content-disposition"))
      return parameter(line.substr(colon + 1), "name");
  }
  return {};
}

tl::unexpected<Error> broken(const char* what) {
  return fail(ErrorKind::usage, std::string("The form cannot be read: ") + what + ".");
}

}  // namespace

Result<std::vector<FormPart>> parse_form(std::string_view content_type, std::string_view body) {
  if (!same_word(trimmed(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return fail(ErrorKind::usage, "Send a form: multipart/form-data, as `curl -F name=@file` does.");
  const std::string boundary = parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > kMostBoundary) return broken("its boundary is missing");
  const std::string first = "--" + boundary, between = "\r\n" + first;

  std::vector<FormPart> form;
  std::size_t at = 0;
  if (!body.starts_with(first)) {
    at = body.find(between);
    if (at == std::string_view::npos) return broken("its boundary does not occur");
    at += 2;
  }
  for (at += first.size();;) {
    if (body.substr(at).starts_with("--")) return form;
    at = body.find("\r\n", at);
    if (at == std::string_view::npos) return broken("it is cut off");
    // a part without headers begins with the empty line itself
    const std::size_t header_end = body.find("\r\n\r\n", at);
    if (header_end == std::string_view::npos) return broken("it is cut off");
    if (header_end - at > kMostHeader) return broken("a part's header is too long");
    std::string name = header_end > at ? name_in(body.substr(at + 2, header_end - at - 2)) : std::string();
    const std::size_t begin = header_end + 4;
    const std::size_t end = body.find(between, begin - 2);
    if (end == std::string_view::npos) return broken("it is cut off");
    if (form.size() == kMostParts) return broken("it has too many parts");
    if (name.size() > kMostName) return broken("a part's name is too long");
    form.push_back({std::move(name), end > begin ? body.substr(begin, end - begin) : std::string_view()});
    at = end + between.size();
  }
}

const FormPart* find_part(const std::vector<FormPart>& form, std::string_view name) noexcept {
  const auto found = std::ranges::find(form, name, &FormPart::name);
  return found == form.end() ? nullptr : &*found;
}

}  // namespace parlante
