#include "load_session.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "sent_sound.hpp"

namespace parlante::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Clock = std::chrono::steady_clock;
using BeastError = beast::error_code;

constexpr double kPause_s = 1.2, kBetweenInterrupts_s = 4;
constexpr double kSilence_ms = 8;  ///< in speech there is none as long
constexpr std::size_t kHead = 24;

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

template <class T>
T read_value(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

class LoadSession {
 public:
  LoadSession(const LoadOptions& options, std::span<const std::int16_t> speech)
      : options_(options), speech_(speech), socket_(context_), timer_(context_) {}

  LoadResult run() {
    try {
      open();
      context_.run();
    } catch (const std::exception& error) {
      problem(error.what());
    }
    finish();
    return std::move(result_);
  }

 private:
  void open() {
    began_ = Clock::now();
    asio::ip::tcp::resolver resolver(context_);
    asio::connect(socket_.next_layer(), resolver.resolve(options_.host, std::to_string(options_.port)));
    socket_.next_layer().set_option(asio::ip::tcp::no_delay(true));
    socket_.read_message_max(16'000'000);
    socket_.handshake(options_.host + ":" + std::to_string(options_.port), "/v1/stream");
    nlohmann::json config = {{"avatar", options_.avatar}, {"sample_rate", options_.sample_rate},
                             {"format", "pcm_s16le"},     {"fps", options_.fps},
                             {"size", options_.size},     {"output", options_.output}};
    if (!options_.token.empty()) config["token"] = options_.token;
    socket_.text(true);
    socket_.write(asio::buffer(config.dump()));
    read();
  }

  void read() {
    socket_.async_read(buffer_, [this](BeastError error, std::size_t) {
      const auto now = Clock::now();
      if (error) {
        if (!over_) problem(error.message());
        return timer_.cancel(), void();
      }
      const auto bytes = buffer_.cdata();
      if (socket_.got_text()) {
        on_event({static_cast<const char*>(bytes.data()), bytes.size()}, now);
      } else {
        on_packet({static_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, now);
      }
      buffer_.consume(bytes.size());
      if (!over_) read();
    });
  }

  void on_event(std::string_view text, Clock::time_point now) {
    const nlohmann::json event = nlohmann::json::parse(text, nullptr, false);
    const std::string what = event.is_object() ? event.value("event", "") : "";
    if (what == "ready") {
      result_.latency_promised = event.value("latency_ms", 0.);
      next_chunk_ = now;
      last_interrupt_ = now;
      speak();
    } else if (what == "stats") {
      if (options_.trace && event.value("late", 0) > 0)
        std::fprintf(stderr, "%.1f s: %s\n", ms_between(began_, now) / 1000, event.dump().c_str());
    } else if (what == "error") {
      problem(event.value("message", "error"));
      over_ = true;
    } else if (what == "speak_ended" && event.value("interrupted", false) && event_awaited_) {
      result_.interrupt_event.push_back(ms_between(*event_awaited_, now));
      event_awaited_.reset();
    }
  }

  void on_packet(std::span<const std::uint8_t> bytes, Clock::time_point now) {
    if (bytes.size() < kHead) return problem("a packet without its head");
    const auto kind = read_value<std::uint32_t>(bytes.data());
    const auto frame = read_value<std::int64_t>(bytes.data() + 8);
    const auto sample = read_value<std::int64_t>(bytes.data() + 16);
    const auto body = bytes.subspan(kHead);
    if (kind == 2) return on_sound(frame, sample, body, now);
    on_picture(frame, sample, now);
  }

  void on_sound(std::int64_t frame, std::int64_t sample, std::span<const std::uint8_t> body,
                Clock::time_point now) {
    samples_.resize(body.size() / 2);
    std::memcpy(samples_.data(), body.data(), samples_.size() * 2);
    if (next_sample_ && sample != *next_sample_) ++result_.sounds_missing;
    next_sample_ = sample + static_cast<std::int64_t>(samples_.size());
    // from its last sound on a packet is silent
    const auto last = std::find_if(samples_.rbegin(), samples_.rend(), [](int value) { return value != 0; });
    const auto silent_from = static_cast<std::size_t>(samples_.rend() - last);
    const bool silent = silent_from == 0, interrupted = interrupted_at_.has_value();
    const double silence_ms =
        1000. * static_cast<double>(samples_.size() - silent_from) / options_.sample_rate;
    if (interrupted && (silent || silence_ms > kSilence_ms)) {
      result_.interrupt_silence.push_back(ms_between(*interrupted_at_, now) +
                                          1000. * static_cast<double>(silent_from) / options_.sample_rate);
      interrupted_at_.reset();
    }
    Heard heard{now, std::nullopt, *next_sample_};
    if (!silent) heard.sent = sent_.find(samples_, interrupted);
    heard_[frame] = heard;
    if (heard_.size() > 200) heard_.erase(heard_.begin());
  }

  void on_picture(std::int64_t frame, std::int64_t, Clock::time_point now) {
    ++result_.pictures;
    if (result_.pictures == 1) {
      result_.first_frame = ms_between(began_, now);
      first_picture_ = now;
    } else {
      result_.missing += frame - last_frame_ - 1;
      if (options_.trace && frame > last_frame_ + 1)
        std::fprintf(stderr, "%.3f s: %lld frames missing, gap %.1f ms\n", ms_between(began_, now) / 1000,
                     static_cast<long long>(frame - last_frame_ - 1), ms_between(last_picture_, now));
      result_.interval.push_back(ms_between(last_picture_, now));
    }
    last_frame_ = frame;
    last_picture_ = now;
    const auto heard = heard_.find(frame);
    if (heard == heard_.end()) return;
    result_.av_offset.push_back(ms_between(heard->second.at, now));
    clock_.push_back(1000. * static_cast<double>(frame + 1) / options_.fps -
                     1000. * static_cast<double>(heard->second.end) / options_.sample_rate);
    if (const auto& sent = heard->second.sent) {
      result_.latency_first.push_back(ms_between(sent_.when(sent->begin), now));
      const auto ms = static_cast<std::size_t>(options_.sample_rate / 1000);
      for (std::size_t i = 0; i < sent->count; i += ms)
        result_.latency.push_back(ms_between(sent_.when(sent->begin + i), now));
    }
  }

  /// Sends the next chunk when it is its time, as a microphone would.
  void speak() {
    const auto now = Clock::now();
    if (ms_between(began_, now) > 1000 * options_.seconds) {
      over_ = true;
      return say("{\"type\":\"keep_alive\"}", true);
    }
    const std::size_t count = static_cast<std::size_t>(options_.sample_rate * options_.chunk_ms / 1000);
    const auto pause = static_cast<std::size_t>(kPause_s * options_.sample_rate);
    if (options_.interrupts && ms_between(last_interrupt_, now) > 1000 * kBetweenInterrupts_s &&
        at_ > speech_.size() / 8 && at_ < speech_.size()) {
      last_interrupt_ = interrupted_at_.emplace(now);
      event_awaited_ = now;
      sent_.interrupted();
      at_ = speech_.size();
      say("{\"type\":\"interrupt\"}", false);
    } else if (at_ < speech_.size()) {
      const auto piece = speech_.subspan(at_, std::min(count, speech_.size() - at_));
      sent_.sent(piece, now);
      outgoing_.push_back(
          {std::string(reinterpret_cast<const char*>(piece.data()), piece.size_bytes()), false, false});
      at_ += count;
      if (at_ >= speech_.size()) say("{\"type\":\"speak_end\"}", false);
    } else {
      at_ += count;
      if (at_ >= speech_.size() + pause) {
        at_ = 0;
        // each utterance in another phase of the server's frames
        next_chunk_ += std::chrono::microseconds(618 * options_.chunk_ms);
      }
    }
    write();
    next_chunk_ += std::chrono::milliseconds(options_.chunk_ms);
    timer_.expires_at(next_chunk_);
    timer_.async_wait([this](BeastError error) {
      if (!error) speak();
    });
  }

  void say(std::string text, bool last) {
    outgoing_.push_back({std::move(text), true, last});
    write();
  }

  void write() {
    if (writing_ || outgoing_.empty()) return;
    writing_ = true;
    socket_.text(outgoing_.front().text);
    socket_.async_write(asio::buffer(outgoing_.front().bytes), [this](BeastError error, std::size_t) {
      writing_ = false;
      const bool last = outgoing_.front().last;
      outgoing_.pop_front();
      if (error) return problem(error.message());
      if (last) {
        BeastError ignored;
        socket_.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
        return;
      }
      write();
    });
  }

  void problem(const std::string& what) {
    if (result_.problem.empty()) result_.problem = what;
  }

  void finish() {
    result_.seconds = ms_between(first_picture_, last_picture_) / 1000;
    if (result_.pictures > 1) result_.fps = static_cast<double>(result_.pictures - 1) / result_.seconds;
    result_.breaks = sent_.breaks();
    result_.losses = sent_.losses();
    result_.samples_found = sent_.found();
    if (clock_.empty()) return;
    const std::size_t part = std::max<std::size_t>(1, clock_.size() / 4);
    const auto mean = [](std::span<const double> values) {
      double sum = 0;
      for (const double value : values) sum += value;
      return sum / static_cast<double>(values.size());
    };
    result_.clock_offset = mean(clock_);
    result_.clock_drift = mean(std::span(clock_).last(part)) - mean(std::span(clock_).first(part));
  }

  struct Heard {
    Clock::time_point at;
    std::optional<SentSound::Found> sent;
    std::int64_t end;  ///< sample behind the frame's last one; frames left out lengthen only the front
  };
  struct Outgoing {
    std::string bytes;
    bool text, last;
  };
  LoadOptions options_;
  std::span<const std::int16_t> speech_;
  asio::io_context context_{1};
  beast::websocket::stream<asio::ip::tcp::socket> socket_;
  asio::steady_timer timer_;
  beast::flat_buffer buffer_;
  LoadResult result_;
  SentSound sent_;
  std::map<std::int64_t, Heard> heard_;
  std::vector<double> clock_;
  std::vector<std::int16_t> samples_;
  std::deque<Outgoing> outgoing_;
  std::optional<std::int64_t> next_sample_;
  std::optional<Clock::time_point> interrupted_at_, event_awaited_;
  Clock::time_point began_, first_picture_, last_picture_, next_chunk_, last_interrupt_;
  std::int64_t last_frame_ = 0;
  std::size_t at_ = 0;
  bool writing_ = false, over_ = false;
};

}  // namespace

bool wait_until_ready(const LoadOptions& options) {
  for (int attempt = 0; attempt < 600; ++attempt) {
    try {
      asio::io_context context;
      asio::ip::tcp::socket socket(context);
      asio::ip::tcp::resolver resolver(context);
      asio::connect(socket, resolver.resolve(options.host, std::to_string(options.port)));
      beast::http::request<beast::http::empty_body> request(beast::http::verb::get, "/health", 11);
      request.set(beast::http::field::host, options.host);
      beast::http::write(socket, request);
      beast::flat_buffer buffer;
      beast::http::response<beast::http::string_body> response;
      beast::http::read(socket, buffer, response);
      if (response.result_int() == 200) return true;
    } catch (const std::exception&) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

LoadResult run_load_session(const LoadOptions& options, std::span<const std::int16_t> speech) {
  return LoadSession(options, speech).run();
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return std::nan("");
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

}  // namespace parlante::bench
