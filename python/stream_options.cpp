// What Python gives, in the library's words: options, controls, sound.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "handles.hpp"
#include "motion/control_file.hpp"
#include "stream/frame_form.hpp"

namespace parlante::python {
namespace {

template <class T>
using Row = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

constexpr float kPerStep = 1.F / 32768.F;

/// The option of that name, taken out of `options`; none: `usual`.
template <class T>
T take(nb::dict& options, const char* name, T usual) {
  if (!options.contains(name)) return usual;
  const nb::object value = options[name];
  nb::del(options[name]);
  if (value.is_none()) return usual;
  T given{};
  if (!nb::try_cast(value, given)) throw nb::type_error((std::string("of the wrong type: ") + name).c_str());
  return given;
}

Rational rate_of(nb::dict& options) {
  if (!options.contains("fps")) return {25, 1};
  const nb::object fps = options["fps"];
  nb::del(options["fps"]);
  Rational rate{25, 1};
  std::pair<std::int64_t, std::int64_t> fraction;
  double number = 0;
  if (nb::try_cast(fps, fraction)) {
    rate = {fraction.first, fraction.second};
  } else if (nb::try_cast(fps, number) && number > 0 && number < 1000) {
    const double thousands = std::round(number * 1000);
    rate = number == std::round(number) ? Rational{std::llround(number), 1}
                                        : Rational{std::llround(thousands), 1000};
  } else {
    throw nb::type_error("fps is a number or a pair such as (30000, 1001)");
  }
  if (rate.num <= 0 || rate.den <= 0 || rate.num > 1'000'000 || rate.den > 1'000'000)
    throw nb::value_error("fps is a number or a pair such as (30000, 1001)");
  return rate;
}

LabelTimes label_of(const std::string& name) {
  for (const auto& [known, times] :
       {std::pair("off", LabelTimes::off), std::pair("start", LabelTimes::start),
        std::pair("repeat", LabelTimes::repeat), std::pair("always", LabelTimes::always)})
    if (name == known) return times;
  throw nb::value_error("label is off, start, repeat or always");
}

FrameForm form_of(nb::dict& options) {
  FrameForm form;
  form.whole_photo = take(options, "whole_photo", false);
  if (form.whole_photo) form.width = 0;
  if (options.contains("size")) {
    const nb::object size = options["size"];
    nb::del(options["size"]);
    std::pair<int, int> sides;
    if (int side = 0; nb::try_cast(size, side))
      sides = {side, side};
    else if (!nb::try_cast(size, sides))
      throw nb::type_error("size is a number of px or (width, height)");
    form.width = sides.first, form.height = sides.second;
  }
  form.transparent = take(options, "transparent", false);
  using Picture = nb::ndarray<const std::uint8_t, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
  if (const auto behind = take(options, "background", Picture()); behind.is_valid()) {
    auto picture =
        std::make_shared<ImageU8>(static_cast<int>(behind.shape(1)), static_cast<int>(behind.shape(0)), 3);
    std::copy_n(behind.data(), picture->pixels.size(), picture->pixels.begin());
    form.background = picture;
  }
  return form;
}

}  // namespace

std::vector<float> mono_of(nb::handle sound) {
  std::vector<float> mono;
  const auto steps = [&](const std::int16_t* from, std::size_t count) {
    mono.resize(count);
    std::transform(from, from + count, mono.begin(),
                   [](std::int16_t s) { return kPerStep * static_cast<float>(s); });
  };
  const auto packed = [&](const std::uint8_t* from, std::size_t count) {
    if (count % 2 != 0) throw nb::value_error("bytes of sound are 16-bit samples: their number is even");
    mono.resize(count / 2);
    for (std::size_t i = 0; i < mono.size(); ++i)
      mono[i] = kPerStep * static_cast<float>(static_cast<std::int16_t>(from[2 * i] | from[2 * i + 1] << 8));
  };
  if (nb::isinstance<nb::bytes>(sound)) {
    const nb::bytes bytes(sound);
    packed(static_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  } else if (Row<float> row; nb::try_cast(sound, row, false)) {
    mono.assign(row.data(), row.data() + row.size());
  } else if (Row<std::int16_t> row16; nb::try_cast(sound, row16, false)) {
    steps(row16.data(), row16.size());
  } else if (Row<std::uint8_t> row8; nb::try_cast(sound, row8, false)) {
    packed(row8.data(), row8.size());
  } else if (Row<double> row64; nb::try_cast(sound, row64, false)) {
    mono.assign(row64.data(), row64.data() + row64.size());
  } else {
    throw nb::type_error(
        "sound is one row of mono samples: float32 in [-1, 1], int16, or bytes of little-endian int16");
  }
  return mono;
}

MotionControls controls_of(const nb::dict& asked, const MotionControls& now) {
  nb::dict keyframe;
  for (const auto& [key, value] : asked) keyframe[key] = value;
  keyframe["time"] = 0;
  nb::list list;
  list.append(keyframe);
  const auto json = nb::cast<std::string>(nb::module_::import_("json").attr("dumps")(list));
  auto file = parse_control_file(json, now);
  if (!file) {
    const std::string& wrong = file.error().message;  // "keyframe 1: …", of one that nobody wrote
    const std::size_t colon = wrong.find(": ");
    throw Failure({file.error().kind,
                   "Of the controls, " + (colon == std::string::npos ? wrong : wrong.substr(colon + 2))});
  }
  for (const std::string& warning : file->warnings) {
    if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) != 0) throw nb::python_error();
  }
  return file->keyframes.front().controls;
}

Flow flow_of(const AvatarHandle& avatar, const nb::kwargs& given, bool live) {
  nb::dict options;
  for (const auto& [key, value] : given) options[key] = value;
  Flow flow{avatar, {}, take(options, "sound_rate", live ? 48000 : kSampleRate)};
  if (live) {
    flow.options.pace = Pace::live;
    flow.most_queued_s = take(options, "most_queued", flow.most_queued_s);
    flow.longest_gap_s = take(options, "longest_gap", flow.longest_gap_s);
  }
  flow.options.motion.rate = rate_of(options);
  const FrameForm form = form_of(options);
  flow.options.motion.seed = flow.options.render.seed = take(options, "seed", std::uint64_t{1});
  flow.options.marks.label = label_of(take(options, "label", std::string("repeat")));
  flow.options.marks.rate = flow.options.motion.rate;
  flow.options.rules = take(options, "rules", false);
  flow.options.render_threads = take(options, "threads", 1);
  flow.options.motion.controls = controls_of(take(options, "controls", nb::dict()), {});
  if (flow.options.render_threads < 1 || flow.options.render_threads > 64)
    throw nb::value_error("threads is 1 to 64");
  if (options.size() != 0) {
    const auto name = nb::cast<std::string>(nb::str((*options.begin()).first));
    throw nb::type_error(("there is no option " + name).c_str());
  }
  const nb::gil_scoped_release other_threads_may_run;
  or_raise(shape_frames(*avatar.avatar, form, flow.options.render));
  return flow;
}

}  // namespace parlante::python
