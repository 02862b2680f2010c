import SharedSignals
import Testing

@testable import Transmitter

@Suite struct StreamMirrorTests {
  private let start = Timestamp(milliseconds: 1_000_000)
  private let domain: TestDomain

  init() async throws {
    domain = try await TestDomain()
  }

  @Test("SSF 8.1.1 a receiver that names its stream is active; an administrator, or somebody else, is not it")
  func activity() async throws {
    let stream = try await domain.makeStream()
    var mirror = StreamMirror([stream], supported: [], at: start)
    let later = stream.updated + .seconds(60)
    #expect(mirror.stream(stream.id, of: .administrator, at: later) == stream)
    #expect(mirror.stream(stream.id, of: .client("stranger"), at: later) == nil)
    #expect(mirror.lastActivity(of: stream) == stream.updated)
    #expect(mirror.stream(stream.id, of: TestDomain.owner, at: later) == stream)
    #expect(mirror.lastActivity(of: stream) == later)
  }

  @Test("the activity of a stream outlives its changes and not its deletion")
  func forgotten() async throws {
    let stream = try await domain.makeStream()
    var mirror = StreamMirror([stream], supported: [], at: start)
    let later = stream.updated + .seconds(60)
    _ = mirror.stream(stream.id, of: TestDomain.owner, at: later)
    mirror.put(stream)
    #expect(mirror.lastActivity(of: stream) == later)
    mirror.remove(stream)
    #expect(mirror.lastActivity(of: stream) == stream.updated)
  }
}
