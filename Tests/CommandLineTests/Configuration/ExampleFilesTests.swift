import Foundation
import JSON
import Sockets
import TestSupport
import Testing

@testable import ssf_transmitter

@Suite("config/") struct ExampleFilesTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../config").standardizedFileURL

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.directory.appending(path: name), encoding: .utf8)
  }

  private func settings(_ name: String, flags: [String: String] = [:]) throws -> Settings {
    try Settings(file: (name, Array(text(name).utf8)), environment: [:], flags: flags)
  }

  @Test("example.json has every key, at its default")
  func example() throws {
    let settings = try settings("example.json")
    for setting in Setting.all {
      #expect(settings[setting.key].json == setting.initial, "\(setting.key)")
      #expect(settings[setting.key].source != .initial, "\(setting.key) is missing")
    }
  }

  @Test("example.json names the environment variable of every key")
  func environmentNames() throws {
    let words = Set(try text("example.json").split { !$0.isLetter && $0 != "_" }.map(String.init))
    for setting in Setting.all { #expect(words.contains(setting.environmentName)) }
  }

  @Test("example.json is a configuration as soon as an issuer is set")
  func exampleWithIssuer() throws {
    _ = try Configuration(settings("example.json", flags: ["issuer": "https://tr.example.com"]))
  }

  @Test("development.json is a configuration as it stands")
  func development() throws {
    let configuration = try Configuration(settings("development.json"))
    #expect(configuration.development)
    #expect(configuration.issuer == nil)
    #expect(configuration.stateDirectory == ".state")
    #expect(configuration.publicListener.address.description == "127.0.0.1:8080")
    #expect(configuration.adminListener.address.description == "127.0.0.1:8081")
  }

  @Test(
    "the proxies pass on to the default public listener, and never to the admin listener",
    arguments: [
      "nginx.conf.example", "Caddyfile.example",
    ])
  func proxies(name: String) throws {
    let directives = try text(name).split(separator: "\n").filter { line in
      !line.drop { $0.isWhitespace }.hasPrefix("#")
    }.joined(separator: "\n")
    let listen = { (key: String) in try #require(Setting.byKey[key]?.initial.stringValue) }
    #expect(directives.contains(try listen("public.listen")))
    #expect(!directives.contains(try listen("admin.listen")))
  }

  @Test("the unit starts the daemon on the default state directory")
  func unit() throws {
    let lines = Set(try text("ssf-transmitter.service").split(separator: "\n").map(String.init))
    #expect(Setting.byKey["state_directory"]?.initial == "/var/lib/ssf-transmitter")
    for line in [
      "ExecStart=/usr/local/bin/ssf-transmitter serve --config /etc/ssf-transmitter/config.json",
      "DynamicUser=yes", "StateDirectory=ssf-transmitter", "StateDirectoryMode=0700",
    ] {
      #expect(lines.contains(line))
    }
  }

  private static let analyzer = "/usr/bin/systemd-analyze"

  @Test(
    "systemd finds little that the unit leaves open",
    .enabled(if: FileManager.default.isExecutableFile(atPath: analyzer)))
  func unitIsConfined() async throws {
    let process = Process()
    process.executableURL = URL(filePath: Self.analyzer)
    process.arguments = [
      "security", "--offline=true", "--threshold=15", "--no-pager",
      Self.directory.appending(path: "ssf-transmitter.service").path,
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try await eventually("systemd-analyze ends") { !process.isRunning }
    #expect(process.terminationStatus == 0, "the exposure is above 1.5")
  }
}
