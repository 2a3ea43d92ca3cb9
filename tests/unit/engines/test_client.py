"""The client of the tests does not carry anything from one request to the next by itself."""

import flask


def test_a_request_does_not_see_what_another_left(app, client):
    seen = []

    @app.get("/seen")
    def see():
        seen.append(flask.g.get("mark"))
        flask.g.mark = "left over"
        return "seen"

    flask.g.mark = "the test's own"
    client.get("/seen")
    app.test_client().get("/seen")

    assert seen == [None, None]
