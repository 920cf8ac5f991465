#include "tftpd/server.h"

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace tftpd {

namespace {

constexpr std::size_t kQueueRequests = 16384;
constexpr std::size_t kQueueOctets = 4 << 20;
constexpr std::size_t kBatchesAtOnce = 256;  // of the request socket, before anything else has its turn
constexpr std::size_t kServedAtOnce = 64;    // requests, before running transfers have their turn
constexpr std::chrono::seconds kLongestWait{10};
constexpr std::chrono::milliseconds kLater{5};

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

Server::Server(base::Loop& loop, const Options& options, const Settings& settings, FileAccess access,
               std::vector<base::UniqueFd> sockets)
    : loop_(loop),
      options_(options),
      settings_(settings),
      access_(std::move(access)),
      admission_(settings.unproven),
      sockets_(std::move(sockets)),
      transfers_(loop, options.port_range, settings.cache_bytes, options.verbosity, counters_,
                 {[this](Transfer& t) { transfer_proven(t); },
                  [this](Transfer& t, std::optional<tftp::Outcome> outcome) { transfer_ended(t, outcome); },
                  [this](Transfer& t, std::size_t octets) {
                    const std::size_t drawn = octets + Admission::kPacketOverhead;
                    if (t.unproven_octets == 0) {
                      t.unproven_octets = drawn;  // the first answer was drawn before the transfer began
                      return true;
                    }
                    if (!admission_.draw(t.client, octets, base::monotonic_now())) return false;
                    t.unproven_octets += drawn;
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
    for (int k = 0; k < count; ++k) {
      ++counters_.requests;
      const auto bytes = batch_.bytes(k);
      if (bytes.size() < 2 || bytes[0] != 0 || (bytes[1] != 1 && bytes[1] != 2)) {
        ++counters_.not_requests;
        continue;
      }
      if (queue_.size() >= kQueueRequests || queue_octets_ + bytes.size() > kQueueOctets) {
        ++counters_.dropped;
        continue;
      }
      queue_octets_ += bytes.size();
      queue_.push_back({{batch_.from(k), batch_.to(k)}, bytes.copy(), now});
    }
    if (count < static_cast<int>(ReceiveBatch::kMessages)) break;
  }
  serve_queue();
}

bool Server::has_room() const { return transfers_.count() < settings_.transfers; }

void Server::serve_queue() {
  const auto now = base::monotonic_now();
  std::size_t put_off = 0;
  for (std::size_t served = 0; served < kServedAtOnce && put_off < queue_.size(); ++served) {
    Pending pending = std::move(queue_.front());
    queue_.pop_front();
    queue_octets_ -= pending.datagram.size();
    if (serve(pending) == Verdict::kServed) continue;
    if (now - pending.arrived > kLongestWait) {
      ++counters_.dropped;  // the client has asked again meanwhile, or is none
      continue;
    }
    if (pending.arrived == now) ++counters_.waited;
    ++put_off;
    queue_octets_ += pending.datagram.size();
    queue_.push_back(std::move(pending));
  }
  transfers_.flush();
  if (!queue_.empty()) queue_timer_.start(put_off > 0 ? base::Duration(kLater) : base::Duration::zero());
}

Server::Verdict Server::serve(Pending& pending) {
  const auto parsed = tftp::parse_request(pending.datagram);
  if (const auto* bad = std::get_if<tftp::BadRequest>(&parsed)) {
    refuse(pending.peer, bad->code, bad->text);
    return Verdict::kServed;
  }
  const auto* request = std::get_if<tftp::Request>(&parsed);
  if (!request) return Verdict::kServed;
  const std::uint64_t hash = base::hash_bytes(pending.datagram);
  if (Transfer* running = transfers_.latest_of(pending.peer.client); running && running->request == hash) {
    ++counters_.repeated;
    transfers_.repeat_request(*running);
    return Verdict::kServed;
  }
  if (!has_room()) return Verdict::kLater;
  return serve_read(pending, *request, hash);
}

Server::Verdict Server::serve_read(const Pending& pending, const tftp::Request& request, std::uint64_t hash) {
  const base::SocketAddress& client = pending.peer.client;
  const auto now = base::monotonic_now();
  // What the first answer will be: an OACK, or a block of 512.
  const std::size_t first_answer = request.options.empty() ? 516 : 64;
  if (!admission_.draw(client, first_answer, now)) return Verdict::kLater;
  const auto return_draw = [&] {
    admission_.give_back(client, first_answer + Admission::kPacketOverhead, now);
  };
  const std::string name(request.name);
  if (options_.verbosity >= 1) {
    base::log_notice("RRQ from %s filename %s", client.text().c_str(), printable_name(name).c_str());
  }
  auto opened = access_.open_for_reading(name);
  if (const auto* denial = std::get_if<Denial>(&opened)) {
    if (options_.verbosity >= 1 && denial->code == tftp::ErrorCode::kNotFound) {
      base::log_notice("Client %s File not found %s", client.text().c_str(), printable_name(name).c_str());
    }
    return_draw();
    refuse(pending.peer, denial->code, denial->text);
    return Verdict::kServed;
  }
  auto& file = std::get<OpenedFile>(opened);
  auto agreed = tftp::negotiate(request, options_.protocol, static_cast<std::uint64_t>(file.status.st_size));
  if (const auto* refusal = std::get_if<tftp::Refusal>(&agreed)) {
    return_draw();
    refuse(pending.peer, refusal->code, refusal->text);
    return Verdict::kServed;
  }
  auto shared = transfers_.cache().open(std::move(file.fd), file.status);
  if (!transfers_.start_read(pending.peer, name, hash, std::get<tftp::Agreement>(agreed),
                             std::move(shared))) {
    base::log_error("bind: %s", std::strerror(errno));
    return_draw();
  }
  return Verdict::kServed;
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
  admission_.give_back(transfer.client, transfer.unproven_octets, base::monotonic_now());
  transfer.unproven_octets = 0;
}

void Server::transfer_ended(Transfer& transfer, std::optional<tftp::Outcome> outcome) {
  if (!outcome) {
    ++counters_.failed;
    return;
  }
  switch (*outcome) {
    case tftp::Outcome::kCompleted:
      ++counters_.completed;
      counters_.bytes += transfer.file->size();
      base::log_notice("Client %s finished %s", transfer.client.text().c_str(),
                       printable_name(transfer.name).c_str());
      break;
    case tftp::Outcome::kOptionsRefused:
      ++counters_.probes;
      base::log_warning("tftp: client does not accept options");
      break;
    case tftp::Outcome::kAborted:
      ++counters_.aborted;
      break;
    case tftp::Outcome::kTimedOut:
      ++counters_.timed_out;
      break;
  }
}

}  // namespace tftpd
