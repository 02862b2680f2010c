import HTTP
import Testing

@Suite("Router") struct RouterTests {
  private let router: Router<String> = {
    var router = Router<String>()
    router.add(.get, "/", "root")
    router.add(.get, "/ssf/stream", "read")
    router.add(.post, "/ssf/stream", "create")
    router.add(.post, "/ssf/poll/{stream_id}", "poll")
    router.add(.get, "/v1/streams/{id}", "stream")
    router.add(.get, "/v1/streams/{stream}/preview", "preview")
    router.add(.get, "/v1/streams/new", "new")
    router.add(.get, "/a/{x}/{y}", "two")
    router.add(.options, "/own", "own options")
    return router
  }()

  private func match(_ method: HTTPMethod, _ target: String) throws -> RouteMatch<String> {
    router.match(method, try RequestTarget(parsing: target))
  }

  private func found(_ method: HTTPMethod, _ target: String) throws -> (String, PathParameters)? {
    guard case .found(let endpoint, let parameters) = try match(method, target) else { return nil }
    return (endpoint, parameters)
  }

  @Test(
    "finds the endpoint for method and path",
    arguments: [
      ("GET", "/", "root"), ("GET", "/ssf/stream", "read"), ("POST", "/ssf/stream", "create"),
      ("GET", "/ssf/stream?stream_id=1", "read"), ("GET", "/%73sf/stream", "read"),
      ("HEAD", "/ssf/stream", "read"), ("POST", "/ssf/poll/1", "poll"), ("GET", "/v1/streams/new", "new"),
      ("GET", "/v1/streams/other", "stream"), ("GET", "/v1/streams/new/preview", "preview"),
      ("GET", "http://a/ssf/stream", "read"), ("OPTIONS", "/own", "own options"),
    ])
  func finds(method: String, target: String, endpoint: String) throws {
    #expect(try found(HTTPMethod(rawValue: method), target)?.0 == endpoint)
  }

  @Test(
    "knows no other path",
    arguments: [
      "/ssf", "/ssf/stream/", "//ssf/stream", "/ssf/poll", "/ssf/poll/", "/ssf/poll/1/2", "/SSF/stream",
      "/ssf%2Fstream", "/ssf/./stream", "/a/b",
    ])
  func notFound(target: String) throws {
    guard case .notFound = try match(.get, target) else {
      Issue.record("found")
      return
    }
  }

  @Test("parameters are decoded and named by their own route") func parameters() throws {
    #expect(try found(.post, "/ssf/poll/a%2Fb%20c")?.1["stream_id"] == "a/b c")
    #expect(try found(.get, "/v1/streams/7/preview")?.1["stream"] == "7")
    #expect(try found(.get, "/v1/streams/7/preview")?.1["id"] == nil)
    let two = try #require(try found(.get, "/a/1/2")).1
    #expect(two["x"] == "1" && two["y"] == "2")
  }

  @Test("another method is answered with what is allowed") func methodNotAllowed() throws {
    guard case .methodNotAllowed(let allow) = try match(.delete, "/ssf/stream") else {
      Issue.record("allowed")
      return
    }
    #expect(allow == [.get, .head, .post, .options])
    guard case .methodNotAllowed(let postOnly) = try match(.head, "/ssf/poll/1") else {
      Issue.record("allowed")
      return
    }
    #expect(postOnly == [.post, .options])
  }

  @Test("OPTIONS reports what is allowed, for a path and for the server") func options() throws {
    guard case .options([.post, .options]) = try match(.options, "/ssf/poll/1"),
      case .options([.get, .head, .post, .options]) = try match(.options, "*")
    else {
      Issue.record("not reported")
      return
    }
  }
}
