// swift-tools-version: 6.2
import PackageDescription

// The layers of the house, lowest first. A target may import only what stands below it; `scripts/lint`
// proves it with `--explicit-target-dependency-import-check error`.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

/// For targets without I/O, clock or pointers: the ones that read bytes from strangers.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "ssf-transmitter",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
  ],
  targets: [
    // 0
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    library("JSON", settings: pure),
    .systemLibrary(name: "CMalloc"),
    library("POSIX", ["CMalloc"]),
    .systemLibrary(name: "CEpoll"),
    library("Sockets", ["CEpoll", "POSIX"]),
    // 1
    library("SharedSignals", ["JSON"], settings: pure),
    library("HTTP", settings: pure),
    library("SQLite", ["CSQLite", "POSIX"]),
    library("OpenSSL", ["COpenSSL"]),
    // 2
    library("HTTPServer", ["HTTP", "Sockets", "POSIX", logging]),
    library("HTTPClient", ["HTTP", "Sockets", "OpenSSL", logging]),
    library("JOSE", ["JSON", "OpenSSL"]),
    // 3
    library(
      "Transmitter",
      ["SharedSignals", "JOSE", "OpenSSL", "SQLite", "HTTPClient", "HTTP", "JSON", "POSIX", logging]),
    // 4
    library("IdentitySources", ["Transmitter", "SharedSignals", "SQLite", "JSON", logging]),
    // 5
    library(
      "API",
      [
        "Transmitter", "IdentitySources", "SharedSignals", "JOSE", "HTTPServer", "HTTP", "JSON", "POSIX",
        "Sockets", logging,
      ]),
    // 6
    .executableTarget(
      name: "ssf-transmitter",
      dependencies: [
        "API", "Transmitter", "IdentitySources", "HTTPServer", "HTTPClient", "HTTP", "SharedSignals", "JOSE",
        "JSON", "SQLite", "Sockets", "OpenSSL", "POSIX", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // For tests only; no source imports it.
    library(
      "TestSupport",
      ["Transmitter", "HTTPServer", "JOSE", "OpenSSL", "SharedSignals", "HTTP", "Sockets", "JSON", logging]),

    tests("JSON", ["JSON"]),
    tests("POSIX", ["POSIX"]),
    tests("Sockets", ["Sockets", "POSIX"]),
    tests("SharedSignals", ["SharedSignals", "JSON"]),
    tests("HTTP", ["HTTP"]),
    tests("SQLite", ["SQLite"]),
    tests("OpenSSL", ["OpenSSL"]),
    tests("HTTPServer", ["HTTPServer", "HTTP", "Sockets"]),
    tests("HTTPClient", ["HTTPClient", "HTTP", "HTTPServer", "Sockets", "OpenSSL"]),
    tests("JOSE", ["JOSE", "JSON", "OpenSSL"]),
    tests(
      "Transmitter",
      [
        "Transmitter", "TestSupport", "SharedSignals", "JOSE", "OpenSSL", "SQLite", "HTTPClient", "HTTP",
        "Sockets", "JSON",
      ]),
    tests(
      "IdentitySources",
      [
        "IdentitySources", "Transmitter", "TestSupport", "SharedSignals", "HTTPClient", "SQLite", "JSON",
      ]),
    tests(
      "API",
      [
        "API", "Transmitter", "IdentitySources", "TestSupport", "SharedSignals", "JOSE", "HTTPServer",
        "HTTPClient", "HTTP", "JSON", "OpenSSL", "SQLite", "Sockets",
      ]),
    tests(
      "CommandLine",
      [
        "ssf-transmitter", "Transmitter", "IdentitySources", "TestSupport", "SharedSignals", "JOSE",
        "HTTPServer", "HTTPClient",
        "HTTP", "JSON", "SQLite", "OpenSSL", "Sockets", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    tests(
      "EndToEnd",
      [
        "ssf-transmitter", "TestSupport", "SharedSignals", "JOSE", "HTTPClient", "HTTP", "JSON", "SQLite",
        "OpenSSL", "Sockets",
      ]),
  ]
)
