#include "tftpd/server.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/log.h"

namespace tftpd {

namespace {

constexpr std::size_t kBatchesAtOnce = 64;  // of the request socket, before anything else has its turn
constexpr std::size_t kServedAtOnce = 64;   // requests, before running transfers have their turn
constexpr std::chrono::seconds kLongestWait{10};
constexpr std::chrono::milliseconds kLater{5};
constexpr std::size_t kLoggedName = 1024;

}  // namespace

std::string printable_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7f) {
      out += base::format("\\%03o", octet);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool HostRules::admit(const base::SocketAddress& client, base::UnixTime now) const {
  if (only_from && !only_from->contains(client)) return false;
  if (no_access.contains(client)) return false;
  if (access_times.empty()) return true;
  std::tm local{};
  const std::time_t seconds = now;
  localtime_r(&seconds, &local);
  const int minute = local.tm_hour * 60 + local.tm_min;
  for (const auto& [from, to] : access_times) {
    if (from <= minute && minute <= to) return true;
  }
  return false;
}

Server::Server(base::Loop& loop, const Options& options, const Settings& settings, FileAccess access,
               HostRules hosts, MapFile map, std::vector<base::UniqueFd> sockets)
    : loop_(loop),
      options_(options),
      settings_(settings),
      access_(std::move(access)),
      hosts_(std::move(hosts)),
      map_(std::move(map)),
      admission_(settings.unproven),
      sockets_(std::move(sockets)),
      transfers_(loop, options.port_range, settings.cache_bytes, counters_,
                 {[this](Transfer& t) { transfer_proven(t); },
                  [this](Transfer& t, std::optional<tftp::Outcome> outcome) { transfer_ended(t, outcome); },
                  [this](Transfer& t, std::size_t octets) {
                    if (!t.first_answer_sent) return t.first_answer_sent = true;  // drawn before it began
                    const auto answer = admission_.draw(t.client, octets, true, base::monotonic_now());
                    if (answer != Admission::Answer::kDrawn) return false;
                    t.unproven_octets += octets + Admission::kPacketOverhead;
                    return true;
                  },
                  [this](const base::SocketAddress& client, tftp::ErrorCode code, const std::string& text) {
                    log_refusal(client, code, text);
                  }}),
      last_request_(base::monotonic_now()),
      queue_timer_(loop, [this] { serve_queue(); }) {
  options_.protocol.max_windowsize = settings.window_limit;
  for (const auto& socket : sockets_) {
    const int fd = socket.get();
    watches_.push_back(std::make_unique<base::FdWatch>(loop_, fd, [this, fd] { readable(fd); }));
  }
}

Server::~Server() = default;

void Server::readable(int fd) {
  for (std::size_t i = 0; i < kBatchesAtOnce; ++i) {
    const int count = batch_.receive(fd);
    if (count <= 0) break;
    const auto now = base::monotonic_now();
    last_request_ = now;
    for (int k = 0; k < count; ++k) take(k, now);
    if (count < static_cast<int>(ReceiveBatch::kMessages)) break;
  }
  serve_queue();
}

// Puts a datagram of the batch where it will wait.
void Server::take(int index, base::MonotonicTime now) {
  ++counters_.requests;
  const auto bytes = batch_.bytes(index);
  const bool write = bytes.size() >= 2 && bytes[1] == static_cast<int>(tftp::Opcode::kWrq);
  if (bytes.size() < 2 || bytes[0] != 0 || (!write && bytes[1] != static_cast<int>(tftp::Opcode::kRrq))) {
    ++counters_.not_requests;
    return;
  }
  // A request for reading without options is answered by a block of data at once.
  const bool small = write || std::count(bytes.begin() + 2, bytes.end(), 0) > 2;
  const auto row = admission_.has_answered(batch_.from(index), now) ? RequestQueue::kKnown
                   : small                                          ? RequestQueue::kSmallAnswer
                                                                    : RequestQueue::kLargeAnswer;
  counters_.dropped += queue_.push(row, {{batch_.from(index), batch_.to(index)}, bytes.copy(), now});
}

void Server::close_request_sockets() {
  watches_.clear();
  sockets_.clear();
  queue_.clear();
}

void Server::serve_queue() {
  const auto now = base::monotonic_now();
  bool more = false;
  for (auto row : {RequestQueue::kKnown, RequestQueue::kSmallAnswer, RequestQueue::kLargeAnswer}) {
    if (serve_row(row, now)) more = true;
  }
  transfers_.flush();
  if (queue_.size() > 0) queue_timer_.start(more ? base::Duration::zero() : base::Duration(kLater));
}

// Serves some of a row; true where more can be served as soon as running transfers have had their turn.
bool Server::serve_row(RequestQueue::Row row, base::MonotonicTime now) {
  std::size_t put_off = 0;
  for (std::size_t served = 0; served < kServedAtOnce; ++served) {
    if (put_off >= queue_.size(row)) return false;
    auto pending = queue_.pop(row);
    const Verdict verdict = serve(*pending);
    if (verdict == Verdict::kServed) continue;
    if (now - pending->arrived > kLongestWait) {
      ++counters_.dropped;  // the client has asked again meanwhile, or is none
      continue;
    }
    if (!pending->put_off) ++counters_.waited;
    pending->put_off = true;
    ++put_off;
    queue_.push(row, std::move(*pending));
    if (verdict == Verdict::kFull) return false;
  }
  return put_off < queue_.size(row);
}

Server::Verdict Server::serve(PendingRequest& pending) {
  const base::SocketAddress& client = pending.peer.client;
  if (!hosts_.admit(client, base::wall_now())) {
    ++counters_.refused_hosts;
    if (options_.verbosity >= 1) base::log_info("FAIL: tftp address from=%s", client.text().c_str());
    return Verdict::kServed;
  }
  const auto parsed = tftp::parse_request(pending.datagram);
  if (const auto* bad = std::get_if<tftp::BadRequest>(&parsed)) {
    refuse(pending.peer, bad->code, bad->text);
    return Verdict::kServed;
  }
  const auto* request = std::get_if<tftp::Request>(&parsed);
  if (!request) return Verdict::kServed;
  const std::uint64_t hash = base::hash_bytes(pending.datagram);
  if (Transfer* running = transfers_.latest_of(client); running && running->request == hash) {
    ++counters_.repeated;
    transfers_.repeat_request(*running);
    return Verdict::kServed;
  }
  if (transfers_.proven() >= settings_.transfers) return Verdict::kFull;
  return begin(pending, *request, hash);
}

Server::Verdict Server::begin(const PendingRequest& pending, const tftp::Request& request,
                              std::uint64_t hash) {
  const base::SocketAddress& client = pending.peer.client;
  const auto now = base::monotonic_now();
  // What the first answer will be: an OACK or ACK, or a block of 512.
  const bool small = !request.options.empty() || request.opcode == tftp::Opcode::kWrq;
  const std::size_t first_answer = small ? 64 : 516;
  switch (admission_.draw(client, first_answer, !small, now)) {
    case Admission::Answer::kDrawn:
      break;
    case Admission::Answer::kSourceEmpty:
      return Verdict::kLater;
    case Admission::Answer::kTotalEmpty:
      return Verdict::kFull;
  }

  std::optional<Denial> denial;
  auto mapped = map_name(pending, request);
  if (const auto* name = std::get_if<std::string>(&mapped)) {
    log_request(client, request, *name);
    auto opened = open(request, *name);
    if (auto* file = std::get_if<OpenedFile>(&opened)) {
      const bool created = file->created;
      denial = start(pending, request, hash, first_answer + Admission::kPacketOverhead, std::move(*file));
      if (denial && created) access_.remove(*name);
    } else {
      denial = std::get<Denial>(std::move(opened));
      if (options_.verbosity >= 1 && denial->code == tftp::ErrorCode::kNotFound) {
        base::log_notice("Client %s File not found %s", client.text().c_str(), printable_name(*name).c_str());
      }
    }
  } else {
    denial = std::get<Denial>(std::move(mapped));
  }
  if (denial) {
    admission_.give_back(client, first_answer + Admission::kPacketOverhead, now, false);
    refuse(pending.peer, denial->code, denial->text);
  }
  return Verdict::kServed;
}

std::variant<std::string, Denial> Server::map_name(const PendingRequest& pending,
                                                   const tftp::Request& request) const {
  const MapFile::Query query{std::string(request.name), request.opcode == tftp::Opcode::kWrq,
                             pending.peer.client};
  std::function<void(const std::string&)> trace;
  if (options_.verbosity >= 3 && !options_.map_file.empty()) {
    trace = [](const std::string& line) { base::log_info("%s", printable_name(line).c_str()); };
  }
  auto result = map_.apply(query, trace);
  if (auto* name = std::get_if<std::string>(&result)) return std::move(*name);
  if (const auto* refused = std::get_if<MapFile::Refused>(&result)) {
    return Denial{tftp::ErrorCode::kAccess, refused->text};
  }
  base::log_warning("remap: Breaking loop, input = %s, last = %s", printable_name(query.name).c_str(),
                    printable_name(std::get<MapFile::Loop>(result).last.substr(0, kLoggedName)).c_str());
  return Denial{tftp::ErrorCode::kAccess, "Remap table failure"};
}

void Server::log_request(const base::SocketAddress& client, const tftp::Request& request,
                         const std::string& name) const {
  if (options_.verbosity < 1) return;
  std::string line =
      base::format("%s from %s filename %s", request.opcode == tftp::Opcode::kWrq ? "WRQ" : "RRQ",
                   client.text().c_str(), printable_name(request.name).c_str());
  if (name != request.name) line += " remapped to " + printable_name(name);
  base::log_notice("%s", line.c_str());
}

std::variant<OpenedFile, Denial> Server::open(const tftp::Request& request, const std::string& name) const {
  const bool write = request.opcode == tftp::Opcode::kWrq;
  auto opened = write ? access_.open_for_writing(name) : access_.open_for_reading(name);
  const auto* file = std::get_if<OpenedFile>(&opened);
  if (!file) return opened;
  if (transfers_.being_written(file->status.st_dev, file->status.st_ino)) {
    return Denial{tftp::ErrorCode::kAccess, "File is being written"};
  }
  if (write && transfers_.being_read(file->status.st_dev, file->status.st_ino)) {
    return Denial{tftp::ErrorCode::kAccess, "File is being read"};
  }
  return opened;
}

std::optional<Denial> Server::start(const PendingRequest& pending, const tftp::Request& request,
                                    std::uint64_t hash, std::size_t drawn, OpenedFile file) {
  const bool write = request.opcode == tftp::Opcode::kWrq;
  auto agreed = tftp::negotiate(request, options_.protocol, static_cast<std::uint64_t>(file.status.st_size));
  if (const auto* refusal = std::get_if<tftp::Refusal>(&agreed)) return Denial{refusal->code, refusal->text};
  Transfers::Start start{pending.peer,
                         std::string(request.name),
                         hash,
                         request.mode,
                         std::get<tftp::Agreement>(std::move(agreed)),
                         drawn};
  const bool started =
      write
          ? transfers_.start_write(std::move(start), std::move(file))
          : transfers_.start_read(std::move(start), transfers_.cache().open(std::move(file.fd), file.status));
  if (!started) {
    // There is no port to say it from.
    base::log_error("bind: %s", std::strerror(errno));
    ++counters_.failed;
  }
  return std::nullopt;
}

void Server::refuse(const Transfers::Peer& peer, tftp::ErrorCode code, const std::string& text) {
  transfers_.answer(peer, tftp::encode_error(code, text));
  log_refusal(peer.client, code, text);
}

void Server::log_refusal(const base::SocketAddress& client, tftp::ErrorCode code, const std::string& text) {
  ++counters_.errors;
  if (code == tftp::ErrorCode::kNotFound) ++counters_.not_found;
  if (options_.verbosity >= 2) {
    base::log_info("sending NAK (%d, %s) to %s", static_cast<int>(code), printable_name(text).c_str(),
                   client.text().c_str());
  }
}

void Server::transfer_proven(Transfer& transfer) {
  admission_.give_back(transfer.client, transfer.unproven_octets, base::monotonic_now(), true);
  transfer.unproven_octets = 0;
}

void Server::transfer_ended(Transfer& transfer, std::optional<tftp::Outcome> outcome) {
  const std::string client = transfer.client.text();
  const char* result = "failed";
  if (!outcome) {
    ++counters_.failed;
  } else {
    switch (*outcome) {
      case tftp::Outcome::kCompleted:
        result = "completed";
        ++counters_.completed;
        if (transfer.source) {
          base::log_notice("Client %s finished %s", client.c_str(), printable_name(transfer.name).c_str());
        }
        break;
      case tftp::Outcome::kOptionsRefused:
        result = "probe";
        ++counters_.probes;
        base::log_warning("tftp: client does not accept options");
        break;
      case tftp::Outcome::kAborted:
        result = "aborted by the client";
        ++counters_.aborted;
        break;
      case tftp::Outcome::kTimedOut:
        result = "timed out";
        ++counters_.timed_out;
        break;
    }
  }
  if (options_.verbosity < 2) return;
  const auto took = std::chrono::duration<double>(base::monotonic_now() - transfer.started);
  base::log_info(
      "Client %s %s %s: %s, %llu bytes in %.3f s, blksize %u, windowsize %u, blocks %llu, sent again %llu",
      client.c_str(), transfer.upload ? "WRQ" : "RRQ", printable_name(transfer.name).c_str(), result,
      static_cast<unsigned long long>(transfer.octets()), took.count(), transfer.blksize, transfer.windowsize,
      static_cast<unsigned long long>(transfer.blocks()),
      static_cast<unsigned long long>(transfer.sent_again()));
}

}  // namespace tftpd
