from django.urls import path, register_converter

from wenmai.files import views


class Sha256:
    """The only thing of an address that ever becomes part of a path."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256, "sha256")
app_name = "files"
urlpatterns = [
    path("<sha256:hash>", views.show, name="object"),
    path("<sha256:hash>/book/<int:number>.webp", views.show_book_picture, name="book_picture"),
    path("<sha256:hash>/<int:width>.webp", views.show_picture, name="picture"),
]
