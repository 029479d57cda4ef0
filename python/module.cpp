// The Python module `parlante`: what training needs of the product, so that a model learns from exactly what
// it will hear and from the face codes that will be rendered. Arrays come back as memoryviews, which
// numpy.asarray() takes without copying; functions take anything with a buffer (numpy arrays, array.array).
// Expected failures raise parlante.Error with the product's sentence.
#include "module.hpp"

NB_MODULE(parlante, m) {
  using namespace parlante::python;
  m.doc() = "What training needs of parlante: front end, tracker, solver of face codes.";
  static const nb::exception<Failure> error(m, "Error", PyExc_RuntimeError);
  add_speech(m);
  add_tracking(m);
  add_solving(m);
}
