#include "stream/frame_painter.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "stream/frame_gate.hpp"

namespace parlante {
namespace {

/// A place in the ring: free, waiting for a worker, being drawn, or drawn.
enum class SlotState { free, waiting, drawing, drawn };

struct Slot {
  SlotState state = SlotState::free;
  FaceCode code;
  ImageU8 picture;
};

}  // namespace

// Frames [taken, submitted) live in slots[index % slots.size()]; workers draw the lowest one that waits. What
// workers read is written under the mutex. `submitted` and `taken` are written by the caller's thread alone,
// so that it may read them without. A slot's code and picture belong to the worker that draws it, else to the
// caller.
struct FramePainter::State {
  std::vector<FrameGate> gates;  ///< one a thread; never moved, since workers hold references
  std::vector<Slot> slots;
  std::int64_t submitted = 0, taken = 0;
  std::mutex mutex;
  std::condition_variable work, done;
  bool stop = false;
  std::vector<std::thread> workers;

  State(const HeadModel& head, const Avatar& avatar, const RenderOptions& options, int threads,
        const MarkOptions& marks) {
    const int gate_count = std::max(1, threads);
    gates.reserve(static_cast<std::size_t>(gate_count));
    MarkOptions known = marks;  // the id of all gates, made once
    known.render_id = mark_payload(marks.render_id, options.seed, avatar).render;
    for (int i = 0; i < gate_count; ++i) gates.emplace_back(head, avatar, options, known);
    slots.resize(gate_count == 1 ? 1 : 2 * static_cast<std::size_t>(gate_count));
    for (Slot& slot : slots) slot.picture = gates.front().blank();
    if (gate_count > 1) start_workers();
  }

  ~State() {
    {
      const std::lock_guard lock(mutex);
      stop = true;
    }
    work.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  /// A system that gives no more threads gets by with those there are; with none the caller's thread draws.
  void start_workers() {
    workers.reserve(gates.size());
    try {
      for (FrameGate& gate : gates) workers.emplace_back([this, &gate] { draw_until_stopped(gate); });
    } catch (const std::exception&) {
    }
  }

  Slot& slot_of(std::int64_t index) noexcept { return slots[static_cast<std::size_t>(index) % slots.size()]; }

  std::int64_t first_waiting() noexcept {
    for (std::int64_t index = taken; index < submitted; ++index) {
      if (slot_of(index).state == SlotState::waiting) return index;
    }
    return -1;
  }

  void draw_until_stopped(FrameGate& gate) {
    std::unique_lock lock(mutex);
    for (;;) {
      std::int64_t index = -1;
      work.wait(lock, [&] { return stop || (index = first_waiting()) >= 0; });
      if (stop) return;
      Slot& slot = slot_of(index);
      slot.state = SlotState::drawing;
      lock.unlock();
      gate.frame(slot.code, index, slot.picture);
      lock.lock();
      slot.state = SlotState::drawn;
      done.notify_all();
    }
  }
};

FramePainter::FramePainter(const HeadModel& head, const Avatar& avatar, const RenderOptions& options,
                           int threads, const MarkOptions& marks)
    : state_(std::make_unique<State>(head, avatar, options, threads, marks)) {}
FramePainter::~FramePainter() = default;
FramePainter::FramePainter(FramePainter&&) noexcept = default;

std::size_t FramePainter::pending() const noexcept {
  return static_cast<std::size_t>(state_->submitted - state_->taken);
}

std::size_t FramePainter::room() const noexcept {
  return state_->slots.size() - pending();
}

void FramePainter::submit(const FaceCode& code) {
  State& state = *state_;
  assert(room() > 0);
  {
    const std::lock_guard lock(state.mutex);
    Slot& slot = state.slot_of(state.submitted++);
    slot.code = code;
    slot.state = SlotState::waiting;
  }
  state.work.notify_one();
}

bool FramePainter::next(Frame& frame) {
  State& state = *state_;
  if (pending() == 0) return false;
  Slot& slot = state.slot_of(state.taken);
  if (state.workers.empty()) {
    state.gates.front().frame(slot.code, state.taken, slot.picture);
  } else {
    std::unique_lock lock(state.mutex);
    state.done.wait(lock, [&] { return slot.state == SlotState::drawn; });
  }
  frame.index = state.taken;
  std::swap(frame.picture, slot.picture);
  const auto form = [](const ImageU8& p) { return std::array{p.width, p.height, p.channels}; };
  if (form(slot.picture) != form(frame.picture) || slot.picture.pixels.size() != frame.picture.pixels.size())
    slot.picture = ImageU8(frame.picture.width, frame.picture.height, frame.picture.channels);
  const std::lock_guard lock(state.mutex);
  slot.state = SlotState::free;
  ++state.taken;
  return true;
}

void FramePainter::cancel() {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  for (Slot& slot : state.slots) {
    if (slot.state == SlotState::waiting) slot.state = SlotState::free;
  }
  const auto nobody_draws = [&] {
    return std::none_of(state.slots.begin(), state.slots.end(),
                        [](const Slot& s) { return s.state == SlotState::drawing; });
  };
  state.done.wait(lock, nobody_draws);
  for (Slot& slot : state.slots) slot.state = SlotState::free;
  state.submitted = state.taken = 0;
}

}  // namespace parlante
