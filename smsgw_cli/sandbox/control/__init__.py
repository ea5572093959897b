"""The control address /__sandbox: steer a running gateway by HTTP, see what it was asked."""
