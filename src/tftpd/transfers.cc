#include "tftpd/transfers.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "tftp/blocks.h"

namespace tftpd {

namespace {

constexpr int kRounds = 64;               // batches of one port before the others have their turn
constexpr std::size_t kFewTransfers = 2;  // so few may be waited for without sleeping
constexpr std::size_t kTurnsAtOnce = 8;
constexpr std::chrono::seconds kHousekeeping{1};
constexpr std::uint32_t kControlTag = 0;

}  // namespace

Transfers::Transfers(base::Loop& loop, std::pair<std::uint16_t, std::uint16_t> port_range,
                     std::size_t cache_bytes, Counters& counters, Hooks hooks)
    : counters_(counters),
      hooks_(std::move(hooks)),
      cache_(cache_bytes),
      ports_(
          loop, port_range, [this](TransferPort& port) { readable(port); },
          [this](TransferPort& port) { writable(port); }),
      timer_(loop, [this] { timers_due(); }),
      turn_timer_(loop, [this] { take_turns(); }),
      housekeeping_(loop, [this] {
        ports_.close_idle();
        housekeeping_.start(kHousekeeping);
      }) {
  housekeeping_.start(kHousekeeping);
}

Transfers::~Transfers() = default;

std::uint64_t Transfer::blocks() const {
  if (const auto* sending = std::get_if<tftp::Sender>(&machine)) return sending->acknowledged();
  return std::get<tftp::Receiver>(machine).received();
}

std::uint64_t Transfer::octets() const {
  if (upload) return upload->octets();
  return std::min(source->octets(), blocks() * blksize);
}

Transfer* Transfers::begin(Start& start, std::variant<tftp::Sender, tftp::Receiver> machine) {
  TransferPort* port = ports_.port_for(start.peer.local, start.peer.client);
  if (!port) return nullptr;
  auto owned = std::make_unique<Transfer>(std::move(machine));
  Transfer& transfer = *owned;
  transfer.id = next_id_++;
  transfer.client = start.peer.client;
  transfer.port = port;
  transfer.name = std::move(start.name);
  transfer.request = start.request;
  transfer.blksize = start.agreement.blksize;
  transfer.windowsize = start.agreement.windowsize;
  transfer.rollover = start.agreement.rollover;
  transfer.oack = std::move(start.agreement.oack);
  transfer.unproven_octets = start.drawn_octets;
  transfer.started = base::monotonic_now();
  transfer.timer = base::MonotonicTime::max();
  ++port->taken;
  port->transfers[transfer.client] = &transfer;
  latest_[transfer.client] = &transfer;
  transfers_[transfer.id] = std::move(owned);
  unproven_ids_.push_back(transfer.id);
  if (++unproven_ > kUnproven) drop_oldest_unproven();
  return &transfer;
}

bool Transfers::is_unproven(std::uint64_t id) const {
  const auto found = transfers_.find(id);
  return found != transfers_.end() && !found->second->ended && !found->second->proven;
}

void Transfers::drop_oldest_unproven() {
  while (!unproven_ids_.empty()) {
    const std::uint64_t oldest = unproven_ids_.front();
    unproven_ids_.pop_front();
    if (!is_unproven(oldest)) continue;
    end(*transfers_.at(oldest), tftp::Outcome::kTimedOut);
    return;
  }
}

bool Transfers::start_read(Start start, std::shared_ptr<OpenFile> file) {
  auto source = std::make_unique<BlockSource>(cache_, std::move(file), start.mode, start.agreement.blksize);
  tftp::Sender sender(start.agreement, base::monotonic_now());
  if (const auto last = source->last_block()) sender.set_last(*last);
  Transfer* transfer = begin(start, std::move(sender));
  if (!transfer) return false;
  ++counters_.reads;
  transfer->source = std::move(source);
  serve(*transfer);
  return true;
}

bool Transfers::start_write(Start start, OpenedFile file) {
  auto upload = std::make_unique<Upload>(std::move(file), start.mode);
  Transfer* transfer = begin(start, tftp::Receiver(start.agreement, base::monotonic_now()));
  if (!transfer) return false;
  ++counters_.writes;
  writes_.insert({upload->device(), upload->inode()});
  transfer->upload = std::move(upload);
  serve(*transfer);
  return true;
}

Transfer* Transfers::latest_of(const base::SocketAddress& client) {
  const auto found = latest_.find(client);
  return found == latest_.end() ? nullptr : found->second;
}

void Transfers::repeat_request(Transfer& transfer) {
  std::visit([](auto& machine) { machine.receive_request_again(); }, transfer.machine);
  serve(transfer);
}

void Transfers::answer(const Peer& peer, base::ByteView packet) {
  TransferPort* port = ports_.port_for(peer.local, peer.client);
  if (!port) return;
  make_room(*port, 1, 0, 1);
  answers_.push_back(peer.client);
  outbox_.add(answers_.back(), packet, nullptr, kControlTag);
}

void Transfers::flush() {
  send();
  ports_.next_port();
  take_turns();
}

void Transfers::readable(TransferPort& port) {
  const int rounds = transfers_.size() <= kFewTransfers ? kRounds : 4;
  int count = batch_.receive(port.fd.get());
  for (int round = 1; count > 0; ++round) {
    take_batch(port, count);
    if (round == rounds) break;
    // A batch that was not full has emptied the queue.
    const bool more = count == static_cast<int>(ReceiveBatch::kMessages);
    count = more ? batch_.receive(port.fd.get()) : receive_awake(port);
  }
  if (count < 0) report_refused(port);
  take_turns();
}

// The next batch, where it is worth waiting for without sleep; 0 where it is not, or none came.
int Transfers::receive_awake(TransferPort& port) {
  if (transfers_.size() > kFewTransfers || port.transfers.empty() || !turns_.empty()) return 0;
  int count = 0;
  idle_wait_.stay_awake([&] { return (count = batch_.receive(port.fd.get())) != 0; });
  return count;
}

void Transfers::take_batch(TransferPort& port, int count) {
  const auto now = base::monotonic_now();
  idle_wait_.received(now);
  for (int i = 0; i < count; ++i) {
    const auto found = port.transfers.find(batch_.from(i));
    if (found == port.transfers.end()) {
      strangers_packet(port, batch_.from(i), batch_.bytes(i));
      continue;
    }
    Transfer& transfer = *found->second;
    receive(transfer, batch_.bytes(i), now);
    if (!transfer.touched) {
      transfer.touched = true;
      touched_.push_back(&transfer);
    }
  }
  for (Transfer* transfer : touched_) {
    transfer->touched = false;
    serve(*transfer);
  }
  touched_.clear();
  send();
  if (transfers_.size() <= kFewTransfers) read_ahead(port);
}

// While the client digests what it was sent, the next blocks come into memory.
void Transfers::read_ahead(TransferPort& port) {
  for (const auto& [client, transfer] : port.transfers) {
    if (transfer->source) transfer->source->prepare(transfer->sender()->next_block());
  }
  cache_.release();
}

void Transfers::receive(Transfer& transfer, base::ByteView datagram, base::MonotonicTime now) {
  if (tftp::Sender* sender = transfer.sender()) {
    sender->receive(datagram, now);
    return;
  }
  const auto block = transfer.receiver()->receive(datagram, now);
  if (!block) return;
  if (const auto failure = transfer.upload->store(block->payload, block->last)) {
    fail(transfer, failure->code, failure->text);
  } else {
    transfer.receiver()->stored(*block, now);
    if (block->last) writes_.erase({transfer.upload->device(), transfer.upload->inode()});
  }
}

void Transfers::serve(Transfer& transfer) {
  if (transfer.ended) return;
  if (!transfer.proven && transfer.is_proven()) {
    transfer.proven = true;
    --unproven_;
    hooks_.proven(transfer);
  }
  if (const auto outcome = transfer.outcome()) {
    end(transfer, *outcome);
    return;
  }
  if (const tftp::Sender* sender = transfer.sender()) {
    if (sender->oack_due()) {
      queue_reply(transfer, transfer.oack);
    } else if (!transfer.waiting_turn && sender->due().count > 0) {
      queue_run(transfer);
    }
  } else if (transfer.receiver()->oack_due()) {
    queue_reply(transfer, transfer.oack);
  } else if (const auto number = transfer.receiver()->ack_due()) {
    std::uint8_t ack[tftp::kHeaderSize];
    tftp::set_header(ack, tftp::Opcode::kAck, *number);
    queue_reply(transfer, {ack, sizeof ack});
  }
  if (!transfer.ended) watch(transfer);
}

// Makes the outbox ready for packets of `port`; what waits for another one, or stands in the way, leaves
// first.
void Transfers::make_room(TransferPort& port, std::size_t messages, std::size_t blocks, std::size_t pieces) {
  if (outbox_port_ != &port || !outbox_.has_room(messages, blocks, pieces)) send();
  outbox_port_ = &port;
}

void Transfers::queue_reply(Transfer& transfer, base::ByteView packet) {
  if (!transfer.proven && !hooks_.may_send_unproven(transfer, packet.size())) {
    reply_sent(transfer, base::monotonic_now());
    return;
  }
  make_room(*transfer.port, 1, 0, 1);
  outbox_.add(transfer.client, packet, &transfer, kControlTag);
}

void Transfers::reply_sent(Transfer& transfer, base::MonotonicTime now) {
  if (tftp::Sender* sender = transfer.sender()) {
    sender->oack_sent(now);
  } else {
    transfer.receiver()->reply_sent();
  }
}

void Transfers::queue_run(Transfer& transfer) {
  const auto run = transfer.sender()->due();
  const std::size_t datagram = transfer.blksize + tftp::kHeaderSize;
  const std::size_t blocks = std::clamp<std::size_t>(Outbox::kMessageOctets / datagram, 1,
                                                     std::min<std::size_t>(run.count, Outbox::kSegments));
  if (!transfer.proven && !hooks_.may_send_unproven(transfer, datagram)) {
    transfer.sender()->sent(run.count, base::monotonic_now());
    return;
  }
  const bool segmented = blocks > 1 && transfer.segments && transfer.port->segments;
  const std::size_t pieces = blocks * (transfer.blksize / ReadCache::kChunk + 3);
  make_room(*transfer.port, segmented ? 1 : blocks, blocks, pieces);
  if (add_blocks(transfer, run.first, blocks, segmented)) return;
  // The cache holds nothing but what waits to be sent.
  send();
  outbox_port_ = transfer.port;
  if (!add_blocks(transfer, run.first, blocks, segmented)) {
    fail(transfer, tftp::ErrorCode::kUndefined, "Cannot read the file");
  }
}

// Puts up to `blocks` blocks into the outbox. False where not even one found room in the cache.
bool Transfers::add_blocks(Transfer& transfer, std::uint64_t first, std::size_t blocks, bool segmented) {
  iovec views[ReadCache::kMaxViews];
  std::uint32_t added = 0;
  bool last = false;
  for (; added < blocks && !last; ++added) {
    std::size_t count = 0;
    std::size_t length = 0;
    const auto result =
        transfer.source->fetch(first + added, transfer.sender()->acknowledged(), added, views, count, length);
    if (result == ReadCache::Result::kFull) break;
    if (result != ReadCache::Result::kOk) {
      if (added > 0) break;  // what can be read goes out first
      fail(transfer, tftp::ErrorCode::kUndefined,
           result == ReadCache::Result::kShort ? "File was cut short while it was sent"
                                               : std::strerror(errno));
      return true;
    }
    last = length < transfer.blksize;
    if (last) transfer.sender()->set_last(first + added);
    if (!segmented || added == 0) outbox_.begin_message(transfer.client);
    outbox_.add_block(static_cast<std::uint16_t>(tftp::Opcode::kData),
                      tftp::wire_number(first + added, transfer.rollover), views, count);
    if (!segmented) outbox_.end_message(0, &transfer, 1);
  }
  if (added == 0) return false;
  if (segmented) {
    outbox_.end_message(static_cast<std::uint16_t>(transfer.blksize + tftp::kHeaderSize), &transfer, added);
  }
  return true;
}

void Transfers::send() {
  if (!outbox_port_) return;
  TransferPort& port = *outbox_port_;
  outbox_port_ = nullptr;
  if (outbox_.empty()) return;
  const auto now = base::monotonic_now();
  idle_wait_.sent(now);
  outbox_.flush(port.fd.get(), [&](Transfer* owner, std::uint32_t tag, Outbox::Fate fate) {
    if (!owner) return;
    Transfer& transfer = *owner;
    if (transfer.ended) return;
    if (fate == Outbox::Fate::kBlocked) {
      if (!transfer.waiting_turn) {
        transfer.waiting_turn = true;
        port.blocked.push_back(&transfer);
        port.writable->resume();
      }
      return;
    }
    if (fate == Outbox::Fate::kNotSegmented) {
      transfer.segments = false;
    } else {
      // What an error swallowed is lost as on the wire: the timer sends it again.
      if (fate == Outbox::Fate::kLost) base::log_warning("tftpd: write: %s", std::strerror(errno));
      if (tag == kControlTag) {
        reply_sent(transfer, now);
      } else {
        transfer.sender()->sent(tag, now);
      }
    }
    const tftp::Sender* sender = transfer.sender();
    if (!transfer.waiting_turn && sender && sender->due().count > 0) {
      transfer.waiting_turn = true;
      turns_.push_back(&transfer);
    }
  });
  cache_.release();
  answers_.clear();
}

void Transfers::writable(TransferPort& port) {
  port.writable->pause();
  std::vector<Transfer*> waiting;
  waiting.swap(port.blocked);
  for (Transfer* transfer : waiting) {
    transfer->waiting_turn = false;
    serve(*transfer);
  }
  take_turns();
}

void Transfers::take_turns() {
  send();
  for (std::size_t round = 0; round < kTurnsAtOnce && !turns_.empty(); ++round) {
    std::vector<Transfer*> turn;
    turn.swap(turns_);
    for (Transfer* transfer : turn) transfer->waiting_turn = false;
    for (Transfer* transfer : turn) serve(*transfer);
    send();
  }
  if (!turns_.empty()) turn_timer_.start(base::Duration::zero());
  sweep();
}

void Transfers::watch(Transfer& transfer) {
  const auto deadline = transfer.deadline();
  if (deadline >= transfer.timer) return;
  transfer.timer = deadline;
  timers_.push({deadline, transfer.id});
  arm();
}

// A deadline that moves away costs nothing: the entry that stands is looked at when it is due.
void Transfers::timers_due() {
  const auto now = base::monotonic_now();
  armed_ = base::MonotonicTime::max();
  while (!timers_.empty() && timers_.top().when <= now) {
    const TimerEntry entry = timers_.top();
    timers_.pop();
    const auto found = transfers_.find(entry.id);
    if (found == transfers_.end() || found->second->ended || found->second->timer != entry.when) continue;
    Transfer& transfer = *found->second;
    transfer.timer = base::MonotonicTime::max();
    std::visit([now](auto& machine) { machine.tick(now); }, transfer.machine);
    serve(transfer);
  }
  arm();
  take_turns();
}

void Transfers::arm() {
  if (timers_.empty() || timers_.top().when >= armed_) return;
  armed_ = timers_.top().when;
  timer_.start(std::max(armed_ - base::monotonic_now(), base::Duration::zero()));
}

void Transfers::fail(Transfer& transfer, tftp::ErrorCode code, const std::string& text) {
  const base::Bytes packet = tftp::encode_error(code, text);
  make_room(*transfer.port, 1, 0, 1);
  outbox_.add(transfer.client, packet, nullptr, kControlTag);
  hooks_.error(transfer.client, code, text);
  end(transfer, std::nullopt);
}

void Transfers::end(Transfer& transfer, std::optional<tftp::Outcome> outcome) {
  if (transfer.ended) return;
  transfer.ended = true;
  if (!transfer.proven) --unproven_;
  while (!unproven_ids_.empty() && !is_unproven(unproven_ids_.front())) unproven_ids_.pop_front();
  transfer.port->transfers.erase(transfer.client);
  if (transfer.upload && transfer.upload->is_open()) {
    writes_.erase({transfer.upload->device(), transfer.upload->inode()});
  }
  strangers_.remember(transfer.client, base::monotonic_now());
  const auto latest = latest_.find(transfer.client);
  if (latest != latest_.end() && latest->second == &transfer) latest_.erase(latest);
  counters_.blocks += transfer.blocks();
  counters_.blocks_again += transfer.sent_again();
  counters_.bytes += transfer.octets();
  hooks_.ended(transfer, outcome);
  dead_.push_back(transfer.id);
}

// Ended transfers stay until nothing that is under way can point at them.
void Transfers::sweep() {
  if (dead_.empty()) return;
  const auto ended = [](const Transfer* t) { return t->ended; };
  turns_.erase(std::remove_if(turns_.begin(), turns_.end(), ended), turns_.end());
  for (std::uint64_t id : dead_) {
    auto found = transfers_.find(id);
    auto& blocked = found->second->port->blocked;
    blocked.erase(std::remove_if(blocked.begin(), blocked.end(), ended), blocked.end());
    transfers_.erase(found);
  }
  dead_.clear();
}

void Transfers::strangers_packet(TransferPort& port, const base::SocketAddress& from, base::ByteView bytes) {
  ++counters_.strangers;
  if (bytes.size() < tftp::kHeaderSize) return;
  const auto opcode = static_cast<tftp::Opcode>(base::get_u16(bytes.data()));
  if (opcode != tftp::Opcode::kAck && opcode != tftp::Opcode::kData) return;
  if (!strangers_.remember(from, base::monotonic_now())) return;
  make_room(port, 1, 0, 1);
  answers_.push_back(from);
  outbox_.add(answers_.back(), tftp::encode_error(tftp::ErrorCode::kUnknownId, "Unknown transfer ID"),
              nullptr, kControlTag);
}

void Transfers::report_refused(TransferPort& port) {
  for (const auto& peer : refused_peers(port.fd.get())) {
    const auto found = port.transfers.find(peer);
    if (found == port.transfers.end()) continue;
    base::log_warning("tftpd: read(ack): %s", std::strerror(ECONNREFUSED));
    end(*found->second, tftp::Outcome::kAborted);
  }
}

}  // namespace tftpd
