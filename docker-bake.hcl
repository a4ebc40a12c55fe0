# docker buildx bake: one image for both kinds of machine.
variable "TAG" {
  default = "latest"
}

group "default" {
  targets = ["insights-mock"]
}

target "insights-mock" {
  context   = "."
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["insights-mock:${TAG}"]
}
