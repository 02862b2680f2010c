import ArgumentParser
import OpenSSL

@main
enum Main {
  static func main() async {
    keepOpenSSLUntilTheEnd()
    await SSFTransmitter.main()
  }
}
