# The page is part of the program: parlante_embed_page(TARGET FOLDER) makes a table of FOLDER's files at build time
# (src/live/page_files.hpp says what it looks like). Run as a script it writes that table:
# cmake -DFOLDER=... -DOUTPUT=... -P page_files.cmake
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg image/svg+xml)
set(type_txt "text/plain; charset=utf-8")
set(type_webmanifest application/manifest+json)
set(type_png image/png)

function(parlante_embed_page target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.css ${folder}/*.js ${folder}/*.svg ${folder}/*.txt
    ${folder}/*.webmanifest ${folder}/*.png)
  set(output ${CMAKE_BINARY_DIR}/page_files.cpp)
  add_custom_command(OUTPUT ${output} DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/page_files.cmake
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${output} -P ${CMAKE_SOURCE_DIR}/cmake/page_files.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  set(table "")
  set(arrays "")
  set(number 0)
  foreach(file ${FILES})
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE ".*\\." "" ending ${name})
    set(type "${type_${ending}}")
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}0};\n")
    string(APPEND table "    {\"${name}\", \"${type}\", {reinterpret_cast<const char*>(kFile${number}), sizeof kFile${number} - 1}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(WRITE ${OUTPUT} "#include \"live/page_files.hpp\"\n\nnamespace parlante {\nnamespace {\n${arrays}}  // namespace\n
std::span<const PageFile> page_files() noexcept {\n  static const PageFile files[] = {\n${table}  };\n  return files;\n}\n
}  // namespace parlante\n")
endif()
