// The page: the files of web/, part of the program (cmake/page_files.cmake).
#pragma once

#include <span>
#include <string_view>

namespace parlante {

struct PageFile {
  std::string_view name;  ///< "index.html"
  std::string_view type;  ///< media type
  std::string_view content;
};

std::span<const PageFile> page_files() noexcept;

}  // namespace parlante
