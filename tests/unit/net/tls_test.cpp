#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>

#include "net_server.hpp"
#include "raw_client.hpp"
#include "support/temp_folder.hpp"

using namespace std::chrono_literals;
using namespace serai::testing;
namespace asio = boost::asio;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* owned) const {
    Free(owned);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

// A self-signed certificate and its key in two files of the folder.
serai::net::ListenerOptions tls_options(const TempFolder& folder) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());

  serai::net::ListenerOptions options = NetServer::quick();
  options.certificate_file = folder.path("cert.pem");
  options.key_file = folder.path("key.pem");
  PEM_write_X509(File(std::fopen(options.certificate_file.c_str(), "w")).get(), certificate.get());
  PEM_write_PrivateKey(File(std::fopen(options.key_file.c_str(), "w")).get(),
                       key.get(),
                       nullptr,
                       nullptr,
                       0,
                       nullptr,
                       nullptr);
  return options;
}

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port) : stream_(io_, context_) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }
  void send(const std::string& bytes) { asio::write(stream_, asio::buffer(bytes)); }
  std::string read(std::size_t size) {
    std::string out(size, '\0');
    boost::system::error_code error;
    out.resize(asio::read(stream_, asio::buffer(out), error));
    return out;
  }

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

TEST_CASE("HTTP and sockets work the same over TLS", "[net]") {
  const TempFolder folder;
  NetServer server(tls_options(folder));
  TlsClient client(server.port());

  client.send(post("/echo", std::string(100'000, 'e')) + get("/size/3000000"));
  const std::string got = client.read(3'100'000);
  CHECK(got.find("eeee") != std::string::npos);
  CHECK(got.ends_with("xxxx"));
  TlsClient socket(server.port());
  socket.send(get("/ws?token=ok",
                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
              client_frame(0x81, "over tls"));
  std::string all = socket.read(129 + 10);

  CHECK(all.ends_with("\x81\x08over tls"));
}

TEST_CASE("a connection over TLS can be upgraded on another shard", "[net]") {
  const TempFolder folder;
  NetServer server(tls_options(folder), 2);
  for (int i = 0; i < 10; ++i) {
    TlsClient socket(server.port());
    socket.send(get("/ws?token=ok&shard=1",
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
                client_frame(0x81, "shard"));
    CHECK(
        socket.read(129 + 3).ends_with("\x81\x01"
                                       "1"));
    socket.send(client_frame(0x81, "later"));
    CHECK(socket.read(7).ends_with("later"));
  }
}

TEST_CASE("requests that lie decrypted behind a waiting one are served when it is answered",
          "[net]") {
  const TempFolder folder;
  NetServer server(tls_options(folder));
  TlsClient client(server.port());

  client.send(get("/late"));
  REQUIRE(server.requests.reaches(1));
  client.send(get("/late"));  // one TLS record, read only after the first answer
  server.release();
  REQUIRE(server.requests.reaches(2));
  server.release();

  CHECK(client.read(20).starts_with("HTTP/1.1 200 OK"));
}

TEST_CASE("a client that does not speak TLS is let go", "[net]") {
  const TempFolder folder;
  NetServer server(tls_options(folder));
  RawClient client(server.port());

  client.send(get("/echo"));

  CHECK(client.is_closed());
  CHECK(server.all_closed());
  CHECK(server.requests.value() == 0);
}
