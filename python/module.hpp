// What the parts of the Python module share.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace parlante::python {

namespace nb = nanobind;

/// An expected failure on its way to Python, where it is a parlante.Error.
class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message.c_str(); }
  ErrorKind kind() const noexcept { return error_.kind; }

 private:
  Error error_;
};

template <class T>
T or_raise(Result<T>&& result) {
  if (!result) throw Failure(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Rows of numbers that grow, then become one array for Python.
template <class T>
class Rows {
 public:
  /// `shape`: of one row; empty for a number a row.
  explicit Rows(std::initializer_list<std::size_t> shape = {}) : shape_(shape) {
    for (const std::size_t length : shape_) width_ *= length;
  }
  template <class Range>
  void add(const Range& row) {
    values_.insert(values_.end(), std::begin(row), std::end(row));
  }
  void add_value(T value) { values_.push_back(value); }
  std::size_t rows() const noexcept { return values_.size() / width_; }

  nb::object to_python() && {
    auto* kept = new std::vector<T>(std::move(values_));
    const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    std::vector<std::size_t> shape{kept->size() / width_};
    shape.insert(shape.end(), shape_.begin(), shape_.end());
    return nb::cast(nb::ndarray<nb::memview, T>(kept->data(), shape.size(), shape.data(), owner));
  }

 private:
  std::vector<std::size_t> shape_;
  std::size_t width_ = 1;
  std::vector<T> values_;
};

void add_speech(nb::module_& m);
void add_tracking(nb::module_& m);
void add_solving(nb::module_& m);

}  // namespace parlante::python
