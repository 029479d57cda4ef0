// The few types that all parts of the converter speak in.
#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <array>
#include <vector>

namespace parlante::build_head {

using Points =
    Eigen::Matrix<double, Eigen::Dynamic, 3, Eigen::RowMajor>;  ///< one point or displacement a row, cm
using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;
using Quad = std::array<int, 4>;
using Ring = std::vector<int>;  ///< closed edge loop: vertices in order, the first not repeated

}  // namespace parlante::build_head
