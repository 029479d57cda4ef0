// The native part of the Python package `parlante`: the three handles with streams and films, and what
// training needs of the product, so that a model learns from exactly what it will hear and from the face
// codes that will be rendered. Arrays come back as memoryviews, which numpy.asarray() takes without copying;
// functions take anything with a buffer (numpy arrays, array.array). Calls that take long release the
// interpreter's lock. Expected failures raise parlante.Error with the product's sentence and its kind.
#include "handles.hpp"

#include <array>
#include <string_view>

namespace parlante::python {
namespace {

/// In the order of ErrorKind.
constexpr std::array<std::string_view, 8> kKinds = {"failed",    "usage",       "broken_model", "no_face",
                                                    "bad_audio", "bad_picture", "bad_avatar",   "cancelled"};

/// parlante.Error; made once and kept for as long as Python runs.
nb::handle make_error(nb::module_& m) {
  nb::handle error =
      PyErr_NewExceptionWithDoc("parlante.Error",
                                "An expected failure. str() is one sentence for the user; `kind` is "
                                "failed, usage, broken_model, no_face, bad_audio, bad_picture, "
                                "bad_avatar or cancelled.",
                                PyExc_RuntimeError, nullptr);
  m.attr("Error") = error;
  return error;
}

void raise(const std::exception_ptr& thrown, void* error) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Failure& failure) {
    const nb::handle type(static_cast<PyObject*>(error));
    const nb::object value = type(failure.what());
    const std::string_view kind = kKinds.at(static_cast<std::size_t>(failure.kind()));
    value.attr("kind") = nb::str(kind.data(), kind.size());
    PyErr_SetObject(type.ptr(), value.ptr());
  }
}

}  // namespace
}  // namespace parlante::python

NB_MODULE(_native, m) {
  using namespace parlante::python;
  m.doc() = "The native part of parlante.";
  m.attr("__version__") = PARLANTE_VERSION;
  nb::register_exception_translator(&raise, make_error(m).ptr());
  add_handles(m);
  add_streams(m);
  add_live(m);
  add_films(m);
  add_speech(m);
  add_tracking(m);
  add_solving(m);
}
