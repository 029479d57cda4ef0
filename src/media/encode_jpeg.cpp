#include "media/encode_jpeg.hpp"

#include <cstdio>

#include <jpeglib.h>

#include <csetjmp>
#include <cstdlib>

namespace parlante {
namespace {

struct ErrorHandler {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
};

[[noreturn]] void jump_out(j_common_ptr encoder) {
  std::longjmp(reinterpret_cast<ErrorHandler*>(encoder->err)->jump, 1);
}
void no_message(j_common_ptr) {}

/// Bytes that libjpeg allocated.
struct JpegBytes {
  unsigned char* data = nullptr;
  unsigned long size = 0;
};

/// No object with a destructor lives in here, since libjpeg reports errors by a jump.
bool encode(jpeg_compress_struct& encoder, ErrorHandler& handler, JpegBytes& bytes, const ImageU8& image,
            int quality, JpegTables tables) noexcept {
  if (setjmp(handler.jump)) return false;
  jpeg_create_compress(&encoder);
  jpeg_mem_dest(&encoder, &bytes.data, &bytes.size);
  encoder.image_width = static_cast<JDIMENSION>(image.width);
  encoder.image_height = static_cast<JDIMENSION>(image.height);
  encoder.input_components = image.channels;
  encoder.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, quality, TRUE);
  encoder.optimize_coding = tables == JpegTables::own ? TRUE : FALSE;
  jpeg_start_compress(&encoder, TRUE);
  while (encoder.next_scanline < encoder.image_height) {
    // libjpeg only reads the row
    JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(encoder.next_scanline)));
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  return true;
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_jpeg(const ImageU8& image, int quality, JpegTables tables) {
  if (image.empty() || (image.channels != 1 && image.channels != 3) || image.width > JPEG_MAX_DIMENSION ||
      image.height > JPEG_MAX_DIMENSION)
    return fail(ErrorKind::usage,
                "Only grey and RGB pictures of up to 65,500 pixels a side fit into a JPEG.");
  jpeg_compress_struct encoder{};
  ErrorHandler handler{};
  encoder.err = jpeg_std_error(&handler.manager);
  handler.manager.error_exit = jump_out;
  handler.manager.output_message = no_message;
  JpegBytes bytes;
  const bool done = encode(encoder, handler, bytes, image, quality, tables);
  jpeg_destroy_compress(&encoder);
  std::vector<std::uint8_t> out;
  if (done) out.assign(bytes.data, bytes.data + bytes.size);
  std::free(bytes.data);
  if (!done) return fail(ErrorKind::failed, "The picture could not be packed as a JPEG.");
  return out;
}

}  // namespace parlante
