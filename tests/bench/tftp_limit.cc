// tftp_limit SERVER-ADDRESS FOLDER: what the wire allows one TFTP client. A server without logic: it takes
// the next RRQ for a file of FOLDER, agrees to its blksize and windowsize, and answers each ACK with the next
// window straight from the mapped file, awake all the time, with one system call to receive and one to send.
// It serves one client after the other, and neither checks nor repeats anything.
#include <fcntl.h>
#include <netinet/udp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/fd.h"

namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kMostSegments = 64, kMostOctets = 65000;  // of one segmented message
constexpr auto kPatience = std::chrono::seconds(1);             // with a client that says nothing more

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    base::UniqueFd fd(open(path.c_str(), O_RDONLY));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) fail(path);
    size_ = static_cast<std::size_t>(status.st_size);
    void* p = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, fd.get(), 0);
    if (p == MAP_FAILED) fail(path);
    bytes_ = static_cast<std::uint8_t*>(p);
  }
  ~MappedFile() { munmap(bytes_, size_); }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::size_t size() const { return size_; }
  std::uint8_t* at(std::size_t offset) const { return bytes_ + offset; }

 private:
  std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

struct Request {
  std::string name;
  std::size_t block_size = 512, window = 1;
  bool options = false;
};

Request understand(base::ByteView datagram) {
  std::vector<std::string> words(1);
  for (const std::uint8_t octet : datagram.subview(2)) {
    if (octet)
      words.back().push_back(static_cast<char>(octet));
    else
      words.emplace_back();
  }
  Request request{words[0]};
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    if (words[i] == "blksize") request.block_size = std::stoul(words[i + 1]), request.options = true;
    if (words[i] == "windowsize") request.window = std::stoul(words[i + 1]), request.options = true;
  }
  return request;
}

class Transfer {
 public:
  Transfer(const base::SocketAddress& server, const base::SocketAddress& client, const Request& request,
           const std::string& folder)
      : request_(request), file_(folder + "/" + request.name), last_(file_.size() / request.block_size + 1) {
    socket_.reset(socket(AF_INET, SOCK_DGRAM, 0));
    base::SocketAddress local = server;
    local.set_port(0);
    if (bind(socket_.get(), local.get(), local.length) != 0 ||
        connect(socket_.get(), client.get(), client.length) != 0)
      fail("transfer");
    const int size = 4 << 20;
    setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  }

  void run() {
    std::uint64_t acknowledged = 0;
    if (request_.options) {
      send_options();
      if (!await_ack()) return;
    }
    while (acknowledged < last_) {
      const std::uint64_t end = std::min<std::uint64_t>(acknowledged + request_.window, last_);
      for (std::uint64_t next = acknowledged + 1; next <= end;) next += send_blocks(next, end);
      const auto number = await_ack();
      if (!number) return;
      acknowledged += static_cast<std::uint16_t>(*number - static_cast<std::uint16_t>(acknowledged));
    }
  }

 private:
  void send_options() {
    std::string oack("\0\6", 2);
    oack += "blksize" + std::string(1, '\0') + std::to_string(request_.block_size) + std::string(1, '\0');
    oack += "windowsize" + std::string(1, '\0') + std::to_string(request_.window) + std::string(1, '\0');
    if (send(socket_.get(), oack.data(), oack.size(), 0) < 0) fail("send");
  }

  std::optional<std::uint16_t> await_ack() {
    const auto end = base::monotonic_now() + kPatience;
    std::uint8_t ack[kHeader];
    for (unsigned tries = 1; recv(socket_.get(), ack, sizeof ack, MSG_DONTWAIT) != kHeader || ack[1] != 4;
         ++tries)
      if (tries % 1024 == 0 && base::monotonic_now() > end) return std::nullopt;
    return base::get_u16(ack + 2);
  }

  // Sends blocks `first` to `end`, as many as one message holds; how many that were.
  std::size_t send_blocks(std::uint64_t first, std::uint64_t end) {
    const std::size_t datagram = request_.block_size + kHeader;
    const std::size_t count = std::clamp<std::size_t>(
        kMostOctets / datagram, 1,
        std::min<std::size_t>(static_cast<std::size_t>(end - first + 1), kMostSegments));
    std::array<iovec, 2 * kMostSegments> pieces;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t block = first + i;
      const auto offset = static_cast<std::size_t>(block - 1) * request_.block_size;
      base::set_u16(headers_[i].data(), 3);
      base::set_u16(headers_[i].data() + 2, static_cast<std::uint16_t>(block));
      pieces[2 * i] = {headers_[i].data(), kHeader};
      pieces[2 * i + 1] = {file_.at(offset), std::min(request_.block_size, file_.size() - offset)};
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = 2 * count;
    alignas(cmsghdr) std::uint8_t control[CMSG_SPACE(sizeof(std::uint16_t))];
    if (count > 1) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* c = CMSG_FIRSTHDR(&message);
      c->cmsg_level = IPPROTO_UDP;
      c->cmsg_type = UDP_SEGMENT;
      c->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
      const auto size = static_cast<std::uint16_t>(datagram);
      std::memcpy(CMSG_DATA(c), &size, sizeof size);
    }
    if (sendmsg(socket_.get(), &message, 0) < 0) fail("sendmsg");
    return count;
  }

  const Request request_;
  const MappedFile file_;
  const std::uint64_t last_;
  base::UniqueFd socket_;
  std::array<std::array<std::uint8_t, kHeader>, kMostSegments> headers_;
};

void serve(base::Ipv4 address, const std::string& folder) {
  base::UniqueFd socket_fd(socket(AF_INET, SOCK_DGRAM, 0));
  const base::SocketAddress server(address, 69);
  if (bind(socket_fd.get(), server.get(), server.length) != 0) fail("bind");
  for (;;) {
    base::SocketAddress client;
    client.length = sizeof client.storage;
    std::uint8_t datagram[1024];
    const ssize_t n = recvfrom(socket_fd.get(), datagram, sizeof datagram, 0,
                               reinterpret_cast<sockaddr*>(&client.storage), &client.length);
    if (n < 4) continue;
    const Request request = understand(base::ByteView(datagram, static_cast<std::size_t>(n)));
    Transfer(server, client, request, folder).run();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto address = argc == 3 ? base::Ipv4::parse(argv[1]) : std::nullopt;
  if (!address) {
    std::fprintf(stderr, "usage: tftp_limit SERVER-ADDRESS FOLDER\n");
    return 2;
  }
  try {
    serve(*address, argv[2]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tftp_limit: %s\n", e.what());
    return 2;
  }
}
